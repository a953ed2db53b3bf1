/**
 * What the weights of a head alone say of paper A's reading (theory 3.8): whether what a head writes is the gradient of its
 * log Z. A row of tokens is multiplied from the left: q = x W_Q, and the head adds Σ_j a_ij x_j W_V W_O. Biases are left out.
 * D channels of the residual stream, d of a head. Every product of two D × D matrices is one of d × d ones: Dd² operations.
 */
import { defined, sliceRows, transposed, zeros, type Matrix, type Matrix64 } from './matrix.ts'
import { product, rowProducts } from './products.ts'

export interface HeadMaps {
  /** W_Q (D, d) */
  readonly query: Matrix
  /** W_K (D, d) */
  readonly key: Matrix
  /** W_V (D, d) */
  readonly value: Matrix
  /** W_O (d, D) */
  readonly output: Matrix
}

/** AᵀB (d, d) of A and B (D, d). */
const inner = (a: Matrix, b: Matrix): Matrix64 => rowProducts(transposed(a), transposed(b))

/** tr AB of square matrices. */
function traceOfProduct(a: Matrix, b: Matrix): number {
  const size = a.rows
  let trace = 0
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) trace += a.numbers[i * size + j]! * b.numbers[j * size + i]!
  return trace
}

/** ‖A Bᵀ‖_F² = tr (AᵀA)(BᵀB) of A and B (D, d). */
const squaredNorm = (a: Matrix, b: Matrix): number => traceOfProduct(inner(a, a), inner(b, b))

/**
 * cos_F(W_V W_O, W_K W_Qᵀ) = ⟨W_V W_O, W_K W_Qᵀ⟩_F / (‖W_V W_O‖_F ‖W_K W_Qᵀ‖_F), in [−1, 1]. The gradient of log Z_i with respect
 * to x_i, keys fixed, is Σ_j a_ij x_j W_K W_Qᵀ/√d: 1 means that the head climbs its log Z, −1 that it descends, 0 neither, as
 * random weights (deviation about 1/D). Null where a product is zero.
 */
export function gradientAlignment({ query, key, value, output }: HeadMaps): number | null {
  const back = transposed(output) // (D, d)
  // ⟨W_V W_O, W_K W_Qᵀ⟩ = tr (W_Kᵀ W_V)ᵀ (W_Qᵀ W_Oᵀ)
  const agreement = traceOfProduct(inner(value, key), inner(query, back))
  return defined(agreement / Math.sqrt(squaredNorm(value, back) * squaredNorm(key, query)))
}

/**
 * ‖(M + Mᵀ)/2‖_F² / ‖M‖_F² of M = W_Q W_Kᵀ, in [0, 1]: the symmetric share of how tokens are compared; the rest is
 * antisymmetric. 1: x_i looks at x_j as x_j at x_i; ½ for random weights; 0: whatever one gives the other takes. Null for zero.
 */
export function symmetricShare({ query, key }: Pick<HeadMaps, 'query' | 'key'>): number | null {
  const mixed = inner(key, query)
  const share = 0.5 + traceOfProduct(mixed, mixed) / (2 * squaredNorm(query, key))
  return defined(Math.min(1, Math.max(0, share)))
}

/**
 * tr M / (√d ‖M‖_F) of M = W_V W_O, which has rank d or less: in [−1, 1], 1 for a projection, about 0 for random weights. Its
 * sign says whether a head adds to tokens what it reads from them (positive) or takes it away (negative).
 * Null for zero.
 */
export function valueOutputTrace({ value, output }: Pick<HeadMaps, 'value' | 'output'>): number | null {
  const mixed = product(output, value) // (d, d), with the trace of W_V W_O
  let trace = 0
  for (let i = 0; i < mixed.rows; i++) trace += mixed.numbers[i * mixed.columns + i]!
  return defined(trace / Math.sqrt(mixed.rows * squaredNorm(value, transposed(output))))
}

/**
 * The maps of every head, from W_QKV (D, 3D), whose columns are queries, keys and values of all heads one after the other,
 * and W_O (D, D), which maps the joined heads.
 */
export function headMapsOf(queryKeyValue: Matrix, output: Matrix, heads: number): HeadMaps[] {
  const width = output.rows
  const d = width / heads
  const columnsFrom = (start: number): Matrix64 => {
    const chosen = zeros(width, d)
    for (let row = 0; row < width; row++)
      for (let c = 0; c < d; c++)
        chosen.numbers[row * d + c] = queryKeyValue.numbers[row * queryKeyValue.columns + start + c]!
    return chosen
  }
  return Array.from({ length: heads }, (_, head) => ({
    query: columnsFrom(head * d),
    key: columnsFrom(width + head * d),
    value: columnsFrom(2 * width + head * d),
    output: sliceRows(output, head * d, (head + 1) * d),
  }))
}
