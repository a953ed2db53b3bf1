/** Tokens as the derivation handles them on the host: n points of D coordinates each, row by row. */
export interface Cloud {
  readonly count: number
  readonly width: number
  /** (count, width) */
  readonly values: Float32Array
}

export interface LabelledCloud extends Cloud {
  /** A class of each token, from 0 on; null where there are none. */
  readonly labels: readonly number[] | null
  /** Of images: where each is in the training split; null of points. */
  readonly items: readonly number[] | null
}

/** Mean of every coordinate, and the total variance tr Cov with 1/n. */
export function moments({ count, width, values }: Cloud): { mean: Float64Array; totalVariance: number } {
  const mean = new Float64Array(width)
  values.forEach((value, index) => (mean[index % width]! += value / count))
  let sum = 0
  values.forEach((value, index) => (sum += (value - mean[index % width]!) ** 2))
  return { mean, totalVariance: sum / count }
}

/** Moved to mean 0 and scaled so that the root mean square of the coordinates is `scale`; a single point stays 0. */
export function standardised(cloud: Cloud, scale: number): Cloud {
  const { mean, totalVariance } = moments(cloud)
  const deviation = Math.sqrt(totalVariance / cloud.width)
  const factor = deviation > 0 ? scale / deviation : 0
  const values = cloud.values.map((value, index) => (value - mean[index % cloud.width]!) * factor)
  return { ...cloud, values }
}

/** ‖a − b‖² of two tokens. */
export function squaredDistance({ width, values }: Cloud, a: number, b: number): number {
  let sum = 0
  for (let column = 0; column < width; column++)
    sum += (values[a * width + column]! - values[b * width + column]!) ** 2
  return sum
}
