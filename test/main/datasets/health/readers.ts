/** Splits in memory, as the readers of a dataset give them. */
import type { TokenReader } from '../../../../src/main/datasets/tokens.ts'

export function tokensOf(tokens: ArrayLike<number>): TokenReader {
  const all = Int32Array.from(tokens)
  return {
    length: all.length,
    read(offset, target) {
      if (offset < 0 || offset + target.length > all.length) throw new RangeError('outside')
      target.set(all.subarray(offset, offset + target.length))
    },
    close: () => undefined,
  }
}

/** A grey image per entry, 2 x 2 pixels, with its label. */
export function imagesOf(images: readonly { pixels: readonly number[]; label: number }[]) {
  return {
    length: images.length,
    height: 2,
    width: 2,
    channels: 1,
    read(indices: readonly number[] | Int32Array, target: Uint8Array) {
      Array.from(indices).forEach((index, at) => target.set(images[index]!.pixels, 4 * at))
    },
    labels: (indices: readonly number[] | Int32Array) =>
      Int32Array.from(indices, (index) => images[index]!.label),
  }
}
