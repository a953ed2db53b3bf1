/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of one or two labels and 3 x 32 x 32 pixels, all red ones
 * first. The batches of the Python version are pickles, which are programs: they are refused and never read.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { displayName } from '../../names.ts'
import { byteReader } from '../bytes.ts'
import { createImageWriter } from '../imageWriter.ts'
import type { ImageWriter } from '../imageWriter.ts'
import { refusedPlan, workOn } from '../importer.ts'
import type { Candidate, Content, Importer, ImportOptions, ImportPlan } from '../importer.ts'
import { readContent } from '../source.ts'
import type { Work } from '../source.ts'
import { groupBatches } from './names.ts'
import type { CifarGroup, CifarKind } from './names.ts'

const side = 32
const channels = 3
const plane = side * side
/** Records that are read and written at once. */
const recordsAtOnce = 256
/** A list of a hundred words is a few kilobytes. */
const mostNameBytes = 65_536

export const cifarImporter: Importer = {
  async plans(files) {
    const plans: ImportPlan[] = []
    for (const group of groupBatches(files)) {
      const { kind, train, test, classNames, others } = group
      const batches = [...train, ...test]
      // "train.bin" may be anything.
      const looks = await Promise.all(batches.map(async (file) => hasLabels(await file.head(), kind)))
      if (kind.name === 'CIFAR-100' && !looks.every(Boolean)) continue
      plans.push({
        format: `${kind.name} binary`,
        kind: 'images',
        name: kind.name,
        files: [...batches, ...(classNames ? [classNames] : []), ...others],
        write: (folder, options) => write(group, folder, options),
      })
    }
    return [...plans, ...(await pickles(files))]
  },
}

const recordBytes = ({ labelBytes }: CifarKind) => labelBytes + channels * plane

/** Whether the labels that can be seen in the first bytes of a file are labels of CIFAR-100: 20 superclasses, 100 classes. */
const hasLabels = (head: Uint8Array, kind: CifarKind): boolean =>
  head.length >= recordBytes(kind) &&
  [0, recordBytes(kind)].every((at) => (head[at] ?? 0) < 20 && (head[at + 1] ?? 0) < 100)

async function write(group: CifarGroup<Candidate>, folder: string, options: ImportOptions): Promise<Content> {
  const { kind, train, test } = group
  const workFor = workOn([...train, ...test], options)
  const names = group.classNames && (await readNames(group.classNames, options))
  const source = [...train, ...test][0]!.name
  const writer = await createImageWriter(folder, { height: side, width: side, channels }, source, options)
  try {
    let trainImages = 0
    for (const file of train) trainImages += await copyBatch(file, kind, writer, workFor(file))
    for (const file of test) await copyBatch(file, kind, writer, workFor(file))
    const hasSplit = train.length > 0 && test.length > 0
    return await writer.finish({
      ...(hasSplit && { train: trainImages }),
      nameOf: (value) => (names?.[value] === undefined ? String(value) : displayName(names[value])),
    })
  } finally {
    await writer.close()
  }
}

/** Returns how many images there were. Throws WorkbenchError 'file-damaged', and what readContent throws. */
async function copyBatch(file: Candidate, kind: CifarKind, writer: ImageWriter, work: Work): Promise<number> {
  const size = recordBytes(kind)
  const block = new Uint8Array(recordsAtOnce * size)
  const pixels = new Uint8Array(recordsAtOnce * channels * plane)
  const labels = new Uint8Array(recordsAtOnce)
  const reader = byteReader(readContent(file, work))
  let count = 0
  try {
    for (;;) {
      const found = await reader.read(block)
      const records = found / size
      if (!Number.isInteger(records))
        throw damaged(
          file,
          kind,
          `it ends within image ${count + Math.floor(records)}: images have ${size} bytes`,
        )
      for (let record = 0; record < records; record++) {
        const start = record * size + kind.labelBytes
        const label = block[start - 1]!
        if (label >= kind.classes) throw damaged(file, kind, `image ${count + record} has the label ${label}`)
        labels[record] = label
        interleave(
          block.subarray(start, start + channels * plane),
          pixels.subarray(record * channels * plane),
        )
      }
      if (records > 0)
        await writer.add(pixels.subarray(0, records * channels * plane), labels.subarray(0, records))
      count += records
      if (records < recordsAtOnce) return count
    }
  } finally {
    await reader.close()
  }
}

/** (3, 32, 32) to (32, 32, 3). */
function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let at = 0; at < plane; at++)
    for (let channel = 0; channel < channels; channel++)
      pixels[at * channels + channel] = planes[channel * plane + at]!
}

/** The lines of a list of names; undefined where the file is no such list. */
async function readNames(file: Candidate, { signal }: ImportOptions): Promise<string[] | undefined> {
  if (file.size > mostNameBytes) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of readContent(file, { signal })) pieces.push(piece.slice())
  const lines = Buffer.concat(pieces).toString('utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

const pickleProtocol = 0x80

/** One refusal for the pickles of each folder. No text begins like one. */
async function pickles(files: readonly Candidate[]): Promise<ImportPlan[]> {
  const found: Candidate[] = []
  for (const file of files) {
    const [first, version = 0] = await file.head()
    if (first === pickleProtocol && version >= 2 && version <= 5) found.push(file)
  }
  return [...Map.groupBy(found, ({ name }) => path.dirname(name)).values()].map((own) =>
    refusedPlan(
      { format: 'Python pickle', kind: 'images', name: path.basename(own[0]!.name), files: own },
      new WorkbenchError(
        'unsupported-format',
        `${own[0]!.name} is a Python pickle, and reading one runs the program that is in it.`,
        'Of CIFAR-10 and CIFAR-100 take the binary version; save other data with numpy.savez.',
      ),
    ),
  )
}

const damaged = ({ name }: Candidate, kind: CifarKind, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `${name} is no whole batch of ${kind.name}: ${reason}.`,
    'Get it again, and compare its size or checksum with those of its origin.',
  )
