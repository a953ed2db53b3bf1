/** How far two clouds are apart as distributions. */
import { columnMeans, defined, movedTo, type Matrix, type Matrix64 } from '../matrix.ts'
import { rowProducts } from '../products.ts'

/** ‖x_i‖² from X Xᵀ. */
const squaresIn = ({ rows, numbers }: Matrix64): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => numbers[i * rows + i]!)

/** Mean of ‖x_i − y_j‖ = √(‖x_i‖² − 2x_i·y_j + ‖y_j‖²) over all pairs, from the products x_i·y_j. */
function meanDistance({ rows, columns, numbers }: Matrix64, ofX: Float64Array, ofY: Float64Array): number {
  let sum = 0
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const square = ofX[i]! - 2 * numbers[i * columns + j]! + ofY[j]!
      if (!(square <= 0)) sum += Math.sqrt(square) // below 0 by rounding only; NaN passes
    }
  return sum / (rows * columns)
}

/**
 * 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ over all pairs, also of a token with itself, so that it is ≥ 0 and 0 for the same
 * tokens; in units of the tokens. The same for both clouds rotated or moved. Székely & Rizzo 2004. 3n²D. Null where a
 * cloud is empty.
 */
export function energyDistance(x: Matrix, y: Matrix): number | null {
  const origin = columnMeans(x) // distances stay, and their digits too where tokens lie far from zero
  const [a, b] = [movedTo(x, origin), movedTo(y, origin)]
  const [withinX, withinY] = [rowProducts(a), rowProducts(b)]
  const [ofX, ofY] = [squaresIn(withinX), squaresIn(withinY)]
  const between = meanDistance(rowProducts(a, b), ofX, ofY)
  const distance = defined(2 * between - meanDistance(withinX, ofX, ofX) - meanDistance(withinY, ofY, ofY))
  return distance === null ? null : Math.max(0, distance) // below 0 by rounding only
}
