/**
 * Augmentation of training images: a random crop that is resized to the whole image, a mirroring, a shift. The draws
 * belong to (seed, step, place in the batch), so a batch can be made again without those before it.
 */
import type { RunConfiguration } from '../../../shared/experiment.ts'
import { uniformAt } from '../../engine/random.ts'
import type { Normalisation } from './normalisation.ts'

export type Augmentation = Pick<RunConfiguration, 'shiftPixels' | 'flip' | 'smallestCrop'>

export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Where the pixels of an augmented image come from. */
export interface Placement {
  /** The part of the image that is kept, in pixels; its corners need not be whole numbers. */
  readonly crop: {
    readonly top: number
    readonly left: number
    readonly height: number
    readonly width: number
  }
  /** Whether it is mirrored left to right. */
  readonly mirrored: boolean
  /** How far it moves then, in whole pixels; what is uncovered is black. */
  readonly down: number
  readonly right: number
}

/** Draws of an image: two for the shift, one for the mirror, four for the crop. */
const drawsPerImage = 7
/** The least width-to-height ratio of a crop, relative to the image's own; the largest is its inverse. */
const narrowest = 3 / 4

/**
 * The placement of the image in place `row` of the batch of step `step`.
 * Shift: uniform over −s .. s along each axis. Crop, after Inception (Szegedy et al. 2015, arXiv 1409.4842, section 6): a
 * share a of the area, uniform over smallestCrop .. 1; a ratio r, uniform in its logarithm between 3/4 and 4/3 as far as
 * the crop of √(a·r) of the width and √(a/r) of the height stays within the image; a place, uniform over all.
 */
export function placementAt(
  { shiftPixels, flip, smallestCrop }: Augmentation,
  { height, width }: ImageShape,
  seed: number,
  step: number,
  row: number,
): Placement {
  const draw = (index: number) => uniformAt(seed, 'augmentation', step, row * drawsPerImage + index)
  const shift = (index: number) =>
    shiftPixels === 0 ? 0 : Math.floor(draw(index) * (2 * shiftPixels + 1)) - shiftPixels
  const whole = { top: 0, left: 0, height, width }
  function cropped(): Placement['crop'] {
    const share = 1 - draw(3) * (1 - smallestCrop)
    const widest = -Math.log(Math.max(share, narrowest))
    const ratio = Math.exp(widest * (2 * draw(4) - 1))
    const size = { height: height * Math.sqrt(share / ratio), width: width * Math.sqrt(share * ratio) }
    return { ...size, top: draw(5) * (height - size.height), left: draw(6) * (width - size.width) }
  }
  return {
    crop: smallestCrop < 1 ? cropped() : whole,
    mirrored: flip && draw(2) < 0.5,
    down: shift(0),
    right: shift(1),
  }
}

/** For one axis: between which two source pixels each target pixel lies, and how far from the first to the second. */
interface Taps {
  /** -1 where nothing of the image is left. */
  readonly first: number
  readonly second: number
  readonly weight: number
}

/**
 * Centres of pixels lie at halves, as everywhere: target pixel t of n, which shows place p = t − moved of the crop, lies at
 * start + (p + 1/2)·extent/n − 1/2 of the source. Beyond the crop's outermost centres the nearest pixel counts.
 */
function taps(size: number, start: number, extent: number, moved: number, mirrored: boolean): Taps[] {
  return Array.from({ length: size }, (_, target) => {
    const shown = target - moved
    if (shown < 0 || shown >= size) return { first: -1, second: -1, weight: 0 }
    const place = mirrored ? size - 1 - shown : shown
    const at = Math.min(size - 1, Math.max(0, start + ((place + 0.5) * extent) / size - 0.5))
    const first = Math.floor(at)
    return { first, second: Math.min(size - 1, first + 1), weight: at - first }
  })
}

/**
 * Fills `target` with the normalised pixels of `image`, placed as `placement` says; both (height, width, channels).
 * Between pixels it interpolates linearly; where pixels meet pixels, they come through unchanged.
 */
export function augment(
  image: Uint8Array,
  target: Float32Array,
  { height, width, channels }: ImageShape,
  { crop, mirrored, down, right }: Placement,
  { gains, offsets }: Normalisation,
): void {
  const rows = taps(height, crop.top, crop.height, down, false)
  const columns = taps(width, crop.left, crop.width, right, mirrored)
  let index = 0
  for (const row of rows) {
    const above = row.first * width
    const below = row.second * width
    for (const column of columns) {
      const isBlack = row.first < 0 || column.first < 0
      for (let channel = 0; channel < channels; channel++) {
        const pixel = (line: number, place: number) => image[(line + place) * channels + channel]!
        const upper = isBlack
          ? 0
          : between(pixel(above, column.first), pixel(above, column.second), column.weight)
        const lower = isBlack
          ? 0
          : between(pixel(below, column.first), pixel(below, column.second), column.weight)
        target[index++] = gains[channel]! * between(upper, lower, row.weight) + offsets[channel]!
      }
    }
  }
}

const between = (first: number, second: number, weight: number): number => first + weight * (second - first)
