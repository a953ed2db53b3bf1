/**
 * The bootstrap distribution of a mean: the means of samples of n values drawn from n values with replacement. Of few
 * values every possible sample is taken, each as often as it occurs among the n to the power of n; of more, a fixed number
 * is drawn, with the same draws for every set of n values.
 */
import { uniformAt } from '../engine/random.ts'

export interface ResampledMeans {
  /** Ascending. */
  readonly sorted: Float64Array
  /** How many samples have one of the means up to this index. */
  readonly countTo: Float64Array
  readonly total: number
  /** Whether these are all samples there are. */
  readonly exact: boolean
  /** Between the two nearest means by linear interpolation, as numpy.percentile does it; `share` from 0 to 1. */
  quantile(share: number): number
}

/** Up to this many values all samples are taken: 8 to the power of 8 is 16,777,216, with 6,435 different ones. */
const mostExact = 8
export const drawnSamples = 10_000

export function resampledMeans(values: readonly number[]): ResampledMeans {
  const exact = values.length <= mostExact
  const means = exact ? allMeans(values) : drawnMeans(values)
  means.sort((a, b) => a.mean - b.mean)
  const sorted = Float64Array.from(means, ({ mean }) => mean)
  const countTo = new Float64Array(means.length)
  let total = 0
  means.forEach(({ count }, index) => (countTo[index] = total += count))

  const at = (position: number) => sorted[firstAbove(countTo, position)]!
  return {
    sorted,
    countTo,
    total,
    exact,
    quantile(share) {
      const position = Math.min(1, Math.max(0, share)) * (total - 1)
      const [low, high] = [at(Math.floor(position)), at(Math.ceil(position))]
      return low + (position - Math.floor(position)) * (high - low)
    },
  }
}

interface Counted {
  mean: number
  count: number
}

/** Every way to take n of n values; n! / Π k! of the ordered samples take the values k times each. */
function allMeans(values: readonly number[]): Counted[] {
  const found: Counted[] = []
  const size = values.length
  function take(index: number, left: number, sum: number, count: number): void {
    if (index === size - 1) {
      found.push({ mean: (sum + left * values[index]!) / size, count })
      return
    }
    let ways = 1 // of choosing places for this value among those left
    for (let times = 0; times <= left; times++) {
      take(index + 1, left - times, sum + times * values[index]!, count * ways)
      ways = (ways * (left - times)) / (times + 1)
    }
  }
  take(0, size, 0, 1)
  return found
}

function drawnMeans(values: readonly number[]): Counted[] {
  const size = values.length
  const indices = drawnIndices(size)
  return Array.from({ length: drawnSamples }, (_, sample) => {
    let sum = 0
    for (let place = 0; place < size; place++) sum += values[indices[sample * size + place]!]!
    return { mean: sum / size, count: 1 }
  })
}

const drawn = new Map<number, Uint16Array>()
/** Which values the samples of n values take: (samples, n). */
function drawnIndices(size: number): Uint16Array {
  let indices = drawn.get(size)
  if (!indices) {
    indices = Uint16Array.from({ length: drawnSamples * size }, (_, index) =>
      Math.floor(size * uniformAt(0, 'bootstrap', size, index)),
    )
    drawn.set(size, indices)
  }
  return indices
}

/** The first index whose entry is above `position`, in ascending entries. */
function firstAbove(entries: Float64Array, position: number): number {
  let [low, high] = [0, entries.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]! > position) high = middle
    else low = middle + 1
  }
  return low
}
