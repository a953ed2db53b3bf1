/** Curves from files of other programs: what is read, which are taken, what is refused. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { crc32c, maskedCrc32c } from '../../../src/main/export/tensorboard/crc32c.ts'
import { encodeEvent, framed } from '../../../src/main/export/tensorboard/events.ts'
import { readCsvFile } from '../../../src/main/references/csv.ts'
import { readEventFile } from '../../../src/main/references/events.ts'
import { readReferences } from '../../../src/main/references/read.ts'
import { metricOf, referenceLimits } from '../../../src/main/references/series.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-references-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
let files = 0
function fileOf(content: string | Uint8Array, name = 'curves') {
  const file = path.join(folder, String(files++))
  fs.writeFileSync(file, content)
  return { path: file, name }
}

const event = (tag: string, step: number, simpleValue: number) =>
  framed(encodeEvent({ wallTime: 1, step, summary: { value: [{ tag, simpleValue }] } }))
const version = framed(encodeEvent({ wallTime: 1, fileVersion: 'brain.Event:2' }))

/**
 * The bytes that TensorBoard 2.11's SummaryWriter writes for one scalar: a tensor of one float in the place of a simple
 * value, with the metadata of the scalars plugin. Field by field from summary.proto and tensor.proto.
 */
const within = (number: number, content: readonly number[]) => [(number << 3) | 2, content.length, ...content]
const text = (words: string) => [...new TextEncoder().encode(words)]
const asTensor = framed(
  Uint8Array.from([
    ...[0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], // wall_time 1.0
    ...[0x10, 7], // step 7
    ...within(
      5, // summary
      within(1, [
        ...within(1, text('val/loss')),
        ...within(8, [0x08, 1, ...within(2, []), ...within(4, [0, 0, 0x20, 0x40])]), // tensor: float, (), 2.5
        ...within(9, [...within(1, within(1, text('scalars'))), 0x20, 1]), // metadata: plugin, data class
      ]),
    ),
  ]),
)

describe('event files', () => {
  it('has the published checksums', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa) // RFC 3720, appendix B.4
  })

  it('gives the scalars of every tag, later ones of a step last', async () => {
    const bytes = Buffer.concat([
      version,
      event('val/loss', 10, 2),
      event('train/loss', 1, 3),
      event('val/loss', 0, 4),
      event('val/loss', 10, 1.5),
      event('val/loss', 20, NaN),
    ])
    expect(await readEventFile(fileOf(bytes))).toEqual([
      {
        name: 'val/loss',
        points: [
          [0, 4],
          [10, 1.5],
        ],
      },
      { name: 'train/loss', points: [[1, 3]] },
    ])
  })

  it('reads scalars that are tensors, as newer writers have them', async () => {
    expect(await readEventFile(fileOf(asTensor))).toEqual([{ name: 'val/loss', points: [[7, 2.5]] }])
  })

  it('leaves out a record that is still being written', async () => {
    const whole = Buffer.concat([version, event('loss', 1, 2), event('loss', 2, 1)])
    const cut = whole.subarray(0, whole.length - 3)
    expect(await readEventFile(fileOf(cut))).toEqual([{ name: 'loss', points: [[1, 2]] }])
  })

  it('refuses what is damaged or made to do harm, and nothing else ever happens', async () => {
    const good = Buffer.concat([version, event('loss', 1, 2)])
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const bytes = Buffer.from(good)
        bytes[place]! ^= change
        // a changed length may make the last record one that is not there yet, but its checksum was changed with it
        await expect(readEventFile(fileOf(bytes))).rejects.toMatchObject({ code: 'file-damaged' })
      }),
      { numRuns: 60 },
    )
    const endless = Buffer.alloc(12)
    endless.writeBigUInt64LE(2n ** 60n)
    endless.writeUInt32LE(maskedCrc32c(endless.subarray(0, 8)), 8)
    await expect(readEventFile(fileOf(endless))).rejects.toThrow(/a record in it has \d+ bytes/)
    await expect(readEventFile(fileOf(framed(Uint8Array.of(0xff))))).rejects.toThrow(/no event/)
    const negative = Buffer.concat([version, event('loss', -1, 2)])
    await expect(readEventFile(fileOf(negative))).rejects.toThrow(/step -1/)
    const many = Buffer.concat([1, 2, 3].map((step) => event('loss', step, 1)))
    await expect(readEventFile(fileOf(many), { ...referenceLimits, points: 2 })).rejects.toThrow(
      /more than 2 points/,
    )
    const tags = Buffer.concat(['a', 'b', 'c'].map((tag) => event(tag, 1, 1)))
    await expect(readEventFile(fileOf(tags), { ...referenceLimits, series: 2 })).rejects.toThrow(
      /more than 2 series/,
    )
  })
})

describe('CSV', () => {
  it.each([
    [
      'of TensorBoard',
      'Wall time,Step,Value\n1.5,0,4\n2.5,10,2.5\n',
      [
        [
          'Value',
          [
            [0, 4],
            [10, 2.5],
          ],
        ],
      ],
    ],
    [
      'of Weights & Biases',
      '"Step","run - val/loss","run - val/loss__MIN"\n"0","4",""\n"5","3","2"\n',
      [
        [
          'run - val/loss',
          [
            [0, 4],
            [5, 3],
          ],
        ],
        ['run - val/loss__MIN', [[5, 2]]],
      ],
    ],
    [
      'in any order, with what is no number',
      'loss,iter,note\n3,2,late\n4,1,\nnan,3,\n',
      [
        [
          'loss',
          [
            [1, 4],
            [2, 3],
          ],
        ],
      ],
    ],
    [
      'of ours',
      'record,experiment,run,attention,seed,name,unit,step,layer,tap,head,value\r\nseries,e,r,standard,0,train/loss,nats,1,,,,3\r\nrun,e,r,standard,0,state,,,,,,finished\r\n',
      [['standard seed 0 train/loss', [[1, 3]]]],
    ],
  ])('%s', async (_, text, expected) => {
    const series = await readCsvFile(fileOf(text))
    expect(series.map(({ name, points }) => [name, points])).toEqual(expected)
  })

  it.each([
    ['no steps', 'a,b\n1,2\n', /names steps/],
    ['steps that are none', 'step,loss\n1.5,2\n', /step 1.5/],
    ['an open quote', 'step,loss\n1,"2\n', /cannot be read/],
    ['an endless row', `step,loss\n1,${'2'.repeat(2 ** 21)}\n`, /cannot be read/],
  ])('with %s is refused', async (_, text, message) => {
    await expect(readCsvFile(fileOf(text))).rejects.toThrow(message)
  })
})

describe('which curves are taken', () => {
  it('is told by their names', () => {
    expect(['val/loss', 'eval_loss', 'Loss/test', 'dev.nll'].map(metricOf)).toEqual(
      Array(4).fill('validation/loss'),
    )
    expect(['train/loss', 'loss_train'].map(metricOf)).toEqual(['train/loss', 'train/loss'])
    expect(['val_acc', 'accuracy', 'train/acc', 'lr', 'loss'].map(metricOf)).toEqual([
      ...['validation/accuracy', 'validation/accuracy', undefined, undefined, undefined],
    ])
  })

  it('is all that say what they measure, or the one that is named, or the only one', async () => {
    const csv = fileOf('step,val/loss,train/loss,lr\n1,3,4,0.1\n')
    const taken = async (wanted: object) =>
      (await readReferences(csv, wanted)).map(({ name, metric }) => [name, metric])
    expect(await taken({})).toEqual([
      ['val/loss', 'validation/loss'],
      ['train/loss', 'train/loss'],
    ])
    expect(await taken({ series: 'lr', metric: 'train/loss' })).toEqual([['lr', 'train/loss']])
    await expect(taken({ series: 'val' })).rejects.toMatchObject({ code: 'column-unclear' })
    const unclear = fileOf('step,a,b\n1,3,4\n')
    await expect(readReferences(unclear, {})).rejects.toMatchObject({
      code: 'column-unclear',
      hint: expect.stringContaining('"b"'),
    })
    const single = fileOf('Wall time,Step,Value\n1,1,3\n', 'run-train_loss.csv')
    expect(await readReferences(single, {})).toMatchObject([{ name: 'Value', metric: 'train/loss' }])
    await expect(readReferences({ path: path.join(folder, 'none'), name: 'none' }, {})).rejects.toMatchObject(
      { code: 'file-missing' },
    )
    await expect(readReferences(fileOf('step,loss\n'), {})).rejects.toThrow(/no points/)
  })
})

const python = '/usr/bin/python3'
const protobuf = spawnSync(python, ['-c', 'from google.protobuf import descriptor_pb2, message_factory'])
const whyNot = protobuf.status === 0 ? null : `${python} has no protobuf (Debian: python3-protobuf)`
if (whyNot) console.info(`The official reader of protocol buffers was not tried: ${whyNot}.`)

/** summary.proto and tensor.proto of TensorFlow by hand, as much of them as scalars need: defines Event. */
const descriptors = `
import json, struct, sys
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
f = descriptor_pb2.FileDescriptorProto(name="event.proto", package="t", syntax="proto3")
def message(name, *fields):
    m = f.message_type.add(name=name)
    for field, number, kind, label, type_name in fields:
        m.field.add(name=field, number=number, type=kind, label=label, **({"type_name": type_name} if type_name else {}))
message("Shape")
message("Tensor", ("dtype", 1, 5, 1, ""), ("tensor_shape", 2, 11, 1, ".t.Shape"), ("tensor_content", 4, 12, 1, ""), ("float_val", 5, 2, 3, ""))
message("Plugin", ("plugin_name", 1, 9, 1, ""))
message("Metadata", ("plugin_data", 1, 11, 1, ".t.Plugin"), ("data_class", 4, 5, 1, ""))
message("Value", ("tag", 1, 9, 1, ""), ("simple_value", 2, 2, 1, ""), ("tensor", 8, 11, 1, ".t.Tensor"), ("metadata", 9, 11, 1, ".t.Metadata"))
message("Summary", ("value", 1, 11, 3, ".t.Value"))
message("Event", ("wall_time", 1, 1, 1, ""), ("step", 2, 3, 1, ""), ("file_version", 3, 9, 1, ""), ("summary", 5, 11, 1, ".t.Summary"))
pool = descriptor_pool.DescriptorPool()
pool.Add(f)
Event = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("t.Event"))
`

describe.skipIf(whyNot)('event files by the official protocol buffers', () => {
  it('are what was written', () => {
    const program = `${descriptors}
data = sys.stdin.buffer.read()
at, out = 0, []
while at < len(data):
    (length,) = struct.unpack_from("<Q", data, at)
    event = Event.FromString(data[at + 12 : at + 12 + length])
    out.append([event.file_version] + [[event.step, v.tag, v.simple_value] for v in event.summary.value])
    at += 16 + length
print(json.dumps(out))
`
    const { stdout, stderr } = spawnSync(python, ['-c', program], {
      input: Buffer.concat([version, event('val/loss', 123456789012, 2.5)]),
    })
    expect(String(stderr)).toBe('')
    expect(JSON.parse(String(stdout))).toEqual([['brain.Event:2'], ['', [123456789012, 'val/loss', 2.5]]])
  })

  it('that they wrote are read: simple values, tensors, and steps without any', async () => {
    // record framing of tensorflow/core/lib/io/record_writer.h, with a checksum of its own
    const program = `${descriptors}
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)
def write(event):
    data = event.SerializeToString()
    length = struct.pack("<Q", len(data))
    sys.stdout.buffer.write(length + masked(length) + data + masked(data))
write(Event(wall_time=1.0, file_version="brain.Event:2"))
for step in 0, 10, 20:
    event = Event(wall_time=1.0 + step, step=step)
    event.summary.value.add(tag="train/loss", simple_value=4 - step / 8)
    value = event.summary.value.add(tag="validation/loss")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.metadata.data_class = 1
    value.tensor.dtype = 1
    value.tensor.tensor_shape.SetInParent()
    if step == 10:
        value.tensor.tensor_content = struct.pack("<f", 3.25)
    else:
        value.tensor.float_val.append(3.5 - step / 16)
    write(event)
`
    const { stdout, stderr } = spawnSync(python, ['-c', program])
    expect(String(stderr)).toBe('')
    expect(await readEventFile(fileOf(stdout, 'events.out.tfevents.1.host'))).toEqual([
      {
        name: 'train/loss',
        points: [
          [0, 4],
          [10, 2.75],
          [20, 1.5],
        ],
      },
      {
        name: 'validation/loss',
        points: [
          [0, 3.5],
          [10, 3.25],
          [20, 2.25],
        ],
      },
    ])
  })
})
