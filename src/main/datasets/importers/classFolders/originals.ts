/** The sizes that image files had before they became images of one size. */
import type { OriginalSizes } from '../../../../shared/experiment.ts'
import type { ImageInformation } from '../../imageHeader.ts'
import type { ImageShape } from '../imageWriter.ts'

type Size = Pick<ImageInformation, 'height' | 'width'>

/** Sizes that are named. */
const named = 8

/** Of at least one image. */
export function originalSizes(
  found: readonly Size[],
  { height, width }: Pick<ImageShape, 'height' | 'width'>,
): OriginalSizes {
  const bySize = Map.groupBy(found, (size) => `${size.width} ${size.height}`)
  const common = [...bySize.values()]
    .map((members) => ({ width: members[0]!.width, height: members[0]!.height, images: members.length }))
    .sort((a, b) => b.images - a.images || a.width - b.width || a.height - b.height)
  const smaller = found.filter((size) => size.width < width || size.height < height).length
  const same = found.filter((size) => size.width === width && size.height === height).length
  return {
    images: found.length,
    smaller,
    larger: found.length - smaller - same,
    distinct: bySize.size,
    common: common.slice(0, named),
    width: rangeOf(found.map((size) => size.width)),
    height: rangeOf(found.map((size) => size.height)),
  }
}

function rangeOf(sides: readonly number[]): OriginalSizes['width'] {
  const sorted = sides.toSorted((a, b) => a - b)
  return { smallest: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, largest: sorted.at(-1)! }
}
