/** Of which size and colour the images of a dataset are, where their files differ. */
import type { ImageInformation } from '../../imageHeader.ts'
import type { ImageShape } from '../imageWriter.ts'

/** Pixels along each side of images that are scaled, unless the person wants it otherwise. */
export const largestSide = 64

/**
 * The rule: with `wanted`, squares of that side. Without it, images of one size, none of its sides longer than 64
 * pixels, are kept as they are; all others become squares whose side is the median of their shorter sides, at most 64,
 * rounded down to a multiple of 4 so that it can be cut into patches. Grey where every file is, else in colour.
 */
export function chooseShape(found: readonly ImageInformation[], wanted?: number): ImageShape {
  const channels = found.every(({ isGrey }) => isGrey) ? 1 : 3
  if (wanted !== undefined) return { height: wanted, width: wanted, channels }
  const { height, width } = found[0]!
  const isUniform = found.every((image) => image.height === height && image.width === width)
  if (isUniform && Math.max(height, width) <= largestSide) return { height, width, channels }
  const shorter = found.map((image) => Math.min(image.height, image.width)).sort((a, b) => a - b)
  const median = Math.min(largestSide, shorter[Math.floor(shorter.length / 2)]!)
  const side = median < 4 ? median : median - (median % 4)
  return { height: side, width: side, channels }
}
