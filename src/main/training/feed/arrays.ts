/** Arrays for named inputs in one stretch of memory. */
import type { Numbers, Specifications } from '../../engine/program.ts'
import { sizeFromShape } from '../../engine/tracing/shapes.ts'
import type { Arrays } from './feed.ts'

const kinds = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }
/** Where an array may begin: a whole vector, and what every element type divides. */
const alignment = 64

const layoutOf = (inputs: Specifications): { name: string; start: number; end: number }[] => {
  let end = 0
  return Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const start = Math.ceil(end / alignment) * alignment
    end = start + sizeFromShape(shape) * kinds[dtype].BYTES_PER_ELEMENT
    return { name, start, end }
  })
}

/** What the arrays of `inputs` take, in whole alignments, so that others may follow. */
export const bytesOf = (inputs: Specifications): number =>
  Math.ceil((layoutOf(inputs).at(-1)?.end ?? 0) / alignment) * alignment

/** The arrays of `inputs` in the `bytesOf(inputs)` bytes from `offset` on. */
export const arraysIn = (
  memory: ArrayBuffer | SharedArrayBuffer,
  offset: number,
  inputs: Specifications,
): Arrays =>
  Object.fromEntries(
    layoutOf(inputs).map(({ name, start }) => {
      const { shape, dtype } = inputs[name]!
      const Kind: new (memory: ArrayBufferLike, offset: number, length: number) => Numbers = kinds[dtype]
      return [name, new Kind(memory, offset + start, sizeFromShape(shape))]
    }),
  )
