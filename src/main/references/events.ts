/**
 * The scalars of a TensorBoard event file, both as old writers have them (simple_value) and as new ones do (a tensor of one
 * number). Checksums are checked; a record that is cut off at the end is left out, since its writer may still be writing.
 */
import { createReadStream } from 'node:fs'
import { maskedCrc32c } from '../export/tensorboard/crc32c.ts'
import {
  decodeEvent,
  footerBytes,
  headerBytes,
  type EventMessage,
  type ValueMessage,
} from '../export/tensorboard/events.ts'
import { damagedReference, seriesCollector, type ReadSeries, type ReferenceLimits } from './series.ts'

/** The longest record that is read: images and graphs may be in it too, and are passed over. */
const longestRecord = 256 * 2 ** 20

/** @throws WorkbenchError file-damaged, file-too-large */
export async function readEventFile(
  file: { readonly path: string; readonly name: string },
  limits?: ReferenceLimits,
): Promise<ReadSeries[]> {
  const collector = seriesCollector(file.name, limits)
  for await (const data of recordsIn(file)) {
    const event = decoded(data, file.name)
    if (event.fileVersion && !event.fileVersion.startsWith('brain.Event:'))
      throw damagedReference(file.name, `it is of an unknown version, ${JSON.stringify(event.fileVersion)}`)
    for (const value of event.summary?.value ?? []) {
      const scalar = scalarOf(value)
      if (scalar !== undefined && value.tag) collector.add(value.tag, Number(event.step ?? 0), scalar)
    }
  }
  return collector.all()
}

function decoded(data: Uint8Array, name: string): EventMessage {
  try {
    return decodeEvent(data)
  } catch {
    throw damagedReference(name, 'a record in it is no event')
  }
}

/** DataType of tensorflow/core/framework/types.proto. */
const [float32, float64] = [1, 2]

/** A field that is not there reads as its default, 0: only what is there counts. */
function scalarOf(value: ValueMessage): number | undefined {
  if (!value.tensor) return Object.hasOwn(value, 'simpleValue') ? value.simpleValue : undefined
  const { dtype, tensorContent, floatVal, doubleVal } = value.tensor
  if (dtype === float32) {
    if (floatVal?.length === 1) return floatVal[0]
    if (tensorContent?.length === 4)
      return new DataView(tensorContent.buffer, tensorContent.byteOffset).getFloat32(0, true)
  }
  if (dtype === float64) {
    if (doubleVal?.length === 1) return doubleVal[0]
    if (tensorContent?.length === 8)
      return new DataView(tensorContent.buffer, tensorContent.byteOffset).getFloat64(0, true)
  }
  return undefined
}

/** The data of every whole record. */
async function* recordsIn(file: { path: string; name: string }): AsyncGenerator<Uint8Array> {
  let waiting: Buffer = Buffer.alloc(0)
  for await (const piece of createReadStream(file.path, {
    highWaterMark: 1 << 20,
  }) as AsyncIterable<Buffer>) {
    waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece])
    for (;;) {
      if (waiting.length < headerBytes) break
      if (waiting.readUInt32LE(8) !== maskedCrc32c(waiting.subarray(0, 8)))
        throw damagedReference(file.name, 'the checksum of the length of a record is wrong')
      const length = Number(waiting.readBigUInt64LE(0))
      if (length > longestRecord) throw damagedReference(file.name, `a record in it has ${length} bytes`)
      const end = headerBytes + length + footerBytes
      if (waiting.length < end) break
      const data = waiting.subarray(headerBytes, headerBytes + length)
      if (waiting.readUInt32LE(headerBytes + length) !== maskedCrc32c(data))
        throw damagedReference(file.name, 'the checksum of a record is wrong')
      yield data
      waiting = waiting.subarray(end)
    }
  }
}
