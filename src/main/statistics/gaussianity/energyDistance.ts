/** How far two clouds are apart as distributions. */
import { defined, type Matrix } from '../matrix.ts'

/** Mean of ‖x_i − y_j‖ over all pairs. */
function meanDistance(x: Matrix, y: Matrix): number {
  const { columns } = x
  let sum = 0
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < y.rows; j++) {
      let square = 0
      for (let c = 0; c < columns; c++)
        square += (x.numbers[i * columns + c]! - y.numbers[j * columns + c]!) ** 2
      sum += Math.sqrt(square)
    }
  return sum / (x.rows * y.rows)
}

/**
 * 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ over all pairs, also of a token with itself, so that it is ≥ 0 and 0 for the same
 * tokens; in units of the tokens. The same for both clouds rotated or moved. Székely & Rizzo 2004. 3n²D. Null where a
 * cloud is empty.
 */
export function energyDistance(x: Matrix, y: Matrix): number | null {
  const distance = defined(2 * meanDistance(x, y) - meanDistance(x, x) - meanDistance(y, y))
  return distance === null ? null : Math.max(0, distance) // below 0 by rounding only
}
