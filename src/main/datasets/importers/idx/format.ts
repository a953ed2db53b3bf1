/**
 * IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist/): two zero bytes, a byte for the type of the values, a
 * byte for the number of dimensions, each dimension as a big-endian uint32, then the values in row-major order.
 * Only values that are unsigned bytes are read here, which is what pixels and labels are.
 */
import { WorkbenchError } from '../../../../shared/errors.ts'
import { byteReader } from '../bytes.ts'
import type { Candidate } from '../importer.ts'
import { limits } from '../limits.ts'
import { readContent } from '../source.ts'
import type { Work } from '../source.ts'

const unsignedByte = 0x08
const typeNames: Record<number, string> = {
  [unsignedByte]: 'unsigned bytes',
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
}

export interface IdxHeader {
  /** A key of typeNames. */
  type: number
  /** The first is the number of items. */
  dimensions: number[]
}

/** The header at the beginning of `bytes`, or undefined where there is none or it is cut short. */
export function parseIdxHeader(bytes: Uint8Array): IdxHeader | undefined {
  const [zero, zeroToo, type, rank] = bytes
  if (zero !== 0 || zeroToo !== 0 || type === undefined || !(type in typeNames)) return undefined
  if (rank === undefined || rank === 0 || bytes.length < 4 + 4 * rank) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { type, dimensions: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)) }
}

export interface IdxFile {
  /** Number of items. */
  readonly count: number
  /** Dimensions of an item: none of a label, height and width of an image. */
  readonly itemShape: readonly number[]
  /** Fills `target` with the next values. Throws WorkbenchError 'file-damaged' where the file has no more. */
  read(target: Uint8Array): Promise<void>
  /** Throws WorkbenchError 'file-damaged' where the file goes on. */
  end(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens an IDX file, compressed or not. Throws WorkbenchError 'file-damaged' where it is none, 'unsupported-format'
 * where its values are no bytes or there are none, 'file-too-large' where its dimensions promise more than is
 * accepted, and what readContent throws.
 */
export async function openIdx(file: Candidate, work: Work): Promise<IdxFile> {
  const reader = byteReader(readContent(file, work))
  try {
    const dimensions = await readDimensions()
    const promised = refuseDimensions(file.name, dimensions)
    let done = 0
    return {
      count: dimensions[0]!,
      itemShape: dimensions.slice(1),
      async read(target) {
        const found = await reader.read(target)
        done += found
        if (found < target.length)
          throw damaged(file.name, `its header promises ${promised} values, and there are ${done}`)
      },
      async end() {
        if ((await reader.read(new Uint8Array(1))) > 0)
          throw damaged(file.name, `it goes on after the ${promised} values that its header promises`)
      },
      close: reader.close,
    }
  } catch (error) {
    await reader.close()
    throw error
  }

  async function readDimensions(): Promise<number[]> {
    const bytes = new Uint8Array(4 + 4 * 255)
    let length = await reader.read(bytes.subarray(0, 4))
    if (length === 4) length += await reader.read(bytes.subarray(4, 4 + 4 * bytes[3]!))
    const header = parseIdxHeader(bytes.subarray(0, length))
    if (!header) throw noHeader(file.name, bytes.subarray(0, Math.min(length, 4)))
    if (header.type === unsignedByte) return header.dimensions
    throw unsupported(file.name, `holds ${typeNames[header.type]}; pixels and labels are unsigned bytes`)
  }
}

/** The number of values that `dimensions` promise, where that is one to be believed. */
function refuseDimensions(name: string, dimensions: number[]): number {
  const shape = dimensions.join(' x ')
  if (dimensions.includes(0)) throw unsupported(name, `is empty: its dimensions are ${shape}`)
  const values = dimensions.reduce((product, dimension) => product * BigInt(dimension), 1n)
  if (values > limits.decodedBytes || dimensions[0]! > limits.images)
    throw new WorkbenchError(
      'file-too-large',
      `${name} promises ${shape} values; accepted are up to ${limits.images} items and ${limits.decodedBytes} values.`,
      'Check that the file is what it should be, or import a part of it.',
    )
  return Number(values)
}

function noHeader(name: string, bytes: Uint8Array): WorkbenchError {
  const found = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return damaged(
    name,
    `it begins with ${found || 'nothing'}, where IDX has 00 00 08 01 for labels, 00 00 08 03 for images`,
  )
}

const damaged = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `${name} is no whole IDX file: ${reason}.`,
    'Get it again, and compare its size or checksum with those of its origin.',
  )

export const unsupported = (name: string, reason: string) =>
  new WorkbenchError(
    'unsupported-format',
    `${name} ${reason}.`,
    'Import images as (number, height, width) of unsigned bytes, and labels as (number) of unsigned bytes.',
  )
