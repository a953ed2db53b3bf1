/**
 * Pixels as a model sees them: (x/255 − mean)/deviation by channel, with the statistics of the training split, so that
 * values have mean 0 and variance 1 whatever the brightness and contrast of a dataset.
 */
import type { ImageReader } from '../../datasets/images.ts'

/** By channel: a pixel x becomes gain·x + offset. */
export interface Normalisation {
  readonly gains: readonly number[]
  readonly offsets: readonly number[]
}

/** Images of one read. */
const imagesPerRead = 256

/** One pass over the split. Sums are of integers, so the result does not depend on how the pass is divided. */
export function normalisationOf(training: ImageReader): Normalisation {
  const { length, height, width, channels } = training
  const size = height * width * channels
  const block = new Uint8Array(Math.min(length, imagesPerRead) * size)
  const histograms = Array.from({ length: channels }, () => new Float64Array(256))
  for (let start = 0; start < length; start += imagesPerRead) {
    const items = Int32Array.from(
      { length: Math.min(imagesPerRead, length - start) },
      (_, row) => start + row,
    )
    const pixels = block.subarray(0, items.length * size)
    training.read(items, pixels)
    for (let index = 0; index < pixels.length; index++) histograms[index % channels]![pixels[index]!]!++
  }
  const statistics = histograms.map(meanAndDeviation)
  return {
    gains: statistics.map(({ deviation }) => 1 / deviation),
    offsets: statistics.map(({ mean, deviation }) => -mean / deviation),
  }
}

/** Of pixel values, 0 to 255. A channel that is the same everywhere has deviation 255: it becomes 0 everywhere. */
function meanAndDeviation(histogram: Float64Array): { mean: number; deviation: number } {
  const count = histogram.reduce((sum, times) => sum + times, 0)
  const mean = histogram.reduce((sum, times, value) => sum + times * value, 0) / count
  const variance = histogram.reduce((sum, times, value) => sum + times * (value - mean) ** 2, 0) / count
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 255 }
}

/** Fills `target` with the normalised pixels; both (..., channels). */
export function normalise(pixels: Uint8Array, target: Float32Array, { gains, offsets }: Normalisation): void {
  const channels = gains.length
  for (let index = 0; index < pixels.length; index += channels)
    for (let channel = 0; channel < channels; channel++)
      target[index + channel] = gains[channel]! * pixels[index + channel]! + offsets[channel]!
}
