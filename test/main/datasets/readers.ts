/** A TokenReader over tokens in memory. */
import type { TokenReader } from '../../../src/main/datasets/tokens.ts'

export function readerOf(tokens: ArrayLike<number>): TokenReader {
  const all = Int32Array.from(tokens)
  return {
    length: all.length,
    read(offset, target) {
      if (offset < 0 || offset + target.length > all.length) throw new RangeError('outside')
      target.set(all.subarray(offset, offset + target.length))
    },
    close() {},
  }
}
