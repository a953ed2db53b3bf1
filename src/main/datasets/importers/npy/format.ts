/**
 * npy, numpy's format of one array: a magic, a version, the length of a header, the header as a Python literal, then
 * the values (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Arrays of Python objects are
 * pickles inside and refused.
 */
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { ByteReader } from '../bytes.ts'
import { limits } from '../limits.ts'

const magic = [0x93, ...Buffer.from('NUMPY')]
/** numpy's own limit for headers that it trusts. */
const mostHeaderBytes = 10_000

export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, index) => bytes[index] === byte)

/** Reads one value at an offset. */
type Getter = (view: DataView, offset: number, littleEndian: boolean) => number
export interface ValueType {
  bytes: number
  kind: 'boolean' | 'integer' | 'float'
  get: Getter
}

const types: Record<string, ValueType> = {
  b1: { bytes: 1, kind: 'boolean', get: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, kind: 'integer', get: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, kind: 'integer', get: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, kind: 'integer', get: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, kind: 'integer', get: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, kind: 'integer', get: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, kind: 'integer', get: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, kind: 'integer', get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, kind: 'integer', get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { bytes: 4, kind: 'float', get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, kind: 'float', get: (view, at, little) => view.getFloat64(at, little) },
}

export interface NpyHeader {
  type: ValueType
  littleEndian: boolean
  /** The first axis changes fastest. */
  fortranOrder: boolean
  shape: number[]
}

/** The header at the front of `reader`, which is left at the first value. Throws WorkbenchError 'file-damaged', 'unsupported-format' or 'file-too-large'; `name` is what errors name. */
export async function readNpyHeader(reader: ByteReader, name: string): Promise<NpyHeader> {
  const start = new Uint8Array(12)
  const view = new DataView(start.buffer)
  if ((await reader.read(start.subarray(0, 8))) < 8 || !isNpy(start)) throw damaged(name, 'it has no header')
  const version = start[6]!
  if (version < 1 || version > 3) throw damaged(name, `its version is ${version}`)
  const lengthBytes = version === 1 ? 2 : 4
  if ((await reader.read(start.subarray(8, 8 + lengthBytes))) < lengthBytes)
    throw damaged(name, 'it has no header')
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > mostHeaderBytes) throw damaged(name, `its header claims ${length} bytes`)
  const header = new Uint8Array(length)
  if ((await reader.read(header)) < length) throw damaged(name, 'it ends within its header')
  return parseHeader(Buffer.from(header).toString('latin1'), name)
}

/** "{'descr': '|u1', 'fortran_order': False, 'shape': (10, 28, 28), }" */
function parseHeader(text: string, name: string): NpyHeader {
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const axes = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1]
  if (order === undefined || axes === undefined || !text.includes("'descr':"))
    throw damaged(name, 'its header is not one that numpy writes')
  // Of several fields it is a list.
  const described = /'descr':\s*'([<>|=])(\w+)'/.exec(text)
  if (described?.[2]!.startsWith('O'))
    throw unsupported(name, 'holds Python objects, and reading them runs the program that is in them')
  const type = types[described?.[2] ?? '']
  if (!type) throw unsupported(name, `holds values of the type ${described?.[2] ?? 'of several fields'}`)
  const shape = [...axes.matchAll(/\d+/g)].map(([digits]) => Number(digits))
  const bytes = shape.reduce((product, axis) => product * axis, type.bytes)
  if (bytes > limits.decodedBytes || shape.some((axis) => axis > limits.decodedBytes))
    throw new WorkbenchError(
      'file-too-large',
      `${name} promises ${shape.join(' x ')} values; accepted are ${limits.decodedBytes} bytes.`,
      'Check that the file is what it should be, or import a part of it.',
    )
  return { type, littleEndian: described![1] !== '>', fortranOrder: order === 'True', shape }
}

/**
 * All values of an array, in the order in which they lie there, in blocks of `perBlock` values and a rest. A block is
 * overwritten by the next one. Throws WorkbenchError 'file-damaged' where there are less or more than promised.
 */
export async function* readValues(
  reader: ByteReader,
  { type, littleEndian, shape }: NpyHeader,
  perBlock: number,
  name: string,
): AsyncGenerator<Float64Array> {
  const total = shape.reduce((product, axis) => product * axis, 1)
  const bytes = new Uint8Array(Math.min(perBlock, total) * type.bytes)
  const view = new DataView(bytes.buffer)
  const values = new Float64Array(Math.min(perBlock, total))
  for (let done = 0; done < total;) {
    const count = Math.min(perBlock, total - done)
    const found = await reader.read(bytes.subarray(0, count * type.bytes))
    if (found < count * type.bytes)
      throw damaged(
        name,
        `its header promises ${total} values, and there are ${done + Math.floor(found / type.bytes)}`,
      )
    for (let index = 0; index < count; index++)
      values[index] = type.get(view, index * type.bytes, littleEndian)
    yield values.subarray(0, count)
    done += count
  }
  if ((await reader.read(new Uint8Array(1))) > 0)
    throw damaged(name, `it goes on after the ${total} values that its header promises`)
}

export const damaged = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `${name} is no whole array of numpy: ${reason}.`,
    'Save it again with numpy.save or numpy.savez.',
  )

export const unsupported = (name: string, reason: string) =>
  new WorkbenchError(
    'unsupported-format',
    `${name} ${reason}.`,
    'Save images as uint8 (number, height, width) or (number, height, width, 3), and labels as integers (number).',
  )
