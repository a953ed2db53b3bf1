/**
 * How tokens lie by their class (theory 3.13): the next token of a text, the label of an image. Labels are whole numbers, any
 * that tell classes apart; C is how many occur. n tokens, D channels.
 */
import { principalDirections } from './linearAlgebra.ts'
import { centred, defined, mean, sumOfSquares, zeros, type Matrix, type Matrix64 } from './matrix.ts'
import { rowProducts } from './products.ts'

/** Sums of squares, in squared units of the tap; the three parts sum to the total. */
export interface VarianceParts {
  /** Σ ‖x − x̄‖² */
  readonly total: number
  /** Σ_c n_c ‖x̄_c − x̄‖² */
  readonly betweenClasses: number
  /** Σ_cs n_cs ‖x̄_cs − x̄_c‖², of the tokens of class c in sequence s. */
  readonly betweenSequences: number
  /** Σ ‖x − x̄_cs‖² */
  readonly withinSequences: number
}

/**
 * The analysis of variance of tokens by class and, within it, by sequence. A rotation or a translation changes nothing. Null
 * where tokens and labels differ in number or a number is not finite. nD.
 */
export function varianceParts(
  x: Matrix,
  labels: ArrayLike<number>,
  sequences: ArrayLike<number>,
): VarianceParts | null {
  if (labels.length !== x.rows || sequences.length !== x.rows || x.rows === 0) return null
  const tokens = centred(x)
  const byClass = groupMeans(tokens, labels)
  const pairs = numbered(Array.from({ length: x.rows }, (_, i) => `${labels[i]} ${sequences[i]}`))
  const byPair = groupMeans(tokens, pairs)
  const parts = { total: sumOfSquares(tokens), betweenClasses: 0, betweenSequences: 0, withinSequences: 0 }
  for (let i = 0; i < x.rows; i++) {
    const [ofClass, ofPair] = [byClass.groups[i]! * x.columns, byPair.groups[i]! * x.columns]
    for (let c = 0; c < x.columns; c++) {
      const classMean = byClass.means.numbers[ofClass + c]!
      const pairMean = byPair.means.numbers[ofPair + c]!
      parts.betweenClasses += classMean ** 2
      parts.betweenSequences += (pairMean - classMean) ** 2
      parts.withinSequences += (tokens.numbers[i * x.columns + c]! - pairMean) ** 2
    }
  }
  return Object.values(parts).every(Number.isFinite) ? parts : null
}

/**
 * The share of the variance that lies between classes (η²), in [0, 1]: 1 where tokens of a class are the same. By chance it
 * is (C − 1)/(n − 1). Null where tokens are all the same.
 */
export const betweenClassShare = ({ betweenClasses, total }: VarianceParts): number | null =>
  defined(betweenClasses / total)

/** The share of the variance between sequences within a class, in [0, 1]. */
export const betweenSequenceShare = ({ betweenSequences, total }: VarianceParts): number | null =>
  defined(betweenSequences / total)

/** Groups as numbers from 0 on, in the order in which they appear. */
function numbered(keys: ArrayLike<number | string>): Uint32Array {
  const numbers = new Map<number | string, number>()
  return Uint32Array.from(keys, (key) => {
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
}

interface Groups {
  /** Which group each token is of (n). */
  readonly groups: Uint32Array
  readonly counts: Float64Array
  /** (C, D) */
  readonly means: Matrix64
}

function groupMeans(x: Matrix, keys: ArrayLike<number>): Groups {
  const groups = numbered(keys)
  const size = groups.reduce((largest, group) => Math.max(largest, group + 1), 0)
  const counts = new Float64Array(size)
  const means = zeros(size, x.columns)
  groups.forEach((group, i) => {
    counts[group]!++
    for (let c = 0; c < x.columns; c++) means.numbers[group * x.columns + c]! += x.numbers[i * x.columns + c]!
  })
  for (let index = 0; index < means.numbers.length; index++)
    means.numbers[index]! /= counts[Math.floor(index / x.columns)]!
  return { groups, counts, means }
}

/** How far the geometry of the classes has collapsed (Papyan, Han & Donoho 2020, arXiv 2008.08186). */
export interface NeuralCollapse {
  /** NC1: tr(S_W S_B⁺)/C ≥ 0, 0 where tokens of a class are the same. */
  readonly variability: number | null
  /** NC2: mean cos of pairs of centred class means; −1/(C − 1) for a simplex. */
  readonly meanCosine: number | null
  /** Mean |cos + 1/(C − 1)| over those pairs: 0 where all angles are those of a simplex. */
  readonly angleDeviation: number | null
  /** Standard deviation over mean of the norms of the centred class means: 0 where all are equally far out. */
  readonly normVariation: number | null
}

const nothing: NeuralCollapse = {
  variability: null,
  meanCosine: null,
  angleDeviation: null,
  normVariation: null,
}

/**
 * S_W = (1/n) Σ (x − μ_c)(x − μ_c)ᵀ, S_B = (1/C) Σ_c (μ_c − μ)(μ_c − μ)ᵀ with μ the mean of the class means, so that each class
 * counts once however many tokens it has. Neither rotation, translation nor scale changes any. Parts are null where classes
 * are fewer than two or their means the same. The cosines are null, too, where a class mean is μ itself. nCD.
 */
export function neuralCollapse(x: Matrix, labels: ArrayLike<number>): NeuralCollapse {
  if (labels.length !== x.rows || x.rows === 0) return nothing
  const { groups, means } = groupMeans(x, labels)
  const classes = means.rows
  const spread = centred(means)
  const pairs = classes < 2 ? null : principalDirections(spread)
  if (pairs === null || pairs.values.length === 0) return nothing
  const within = zeros(x.rows, x.columns)
  for (let index = 0; index < within.numbers.length; index++)
    within.numbers[index] =
      x.numbers[index]! -
      means.numbers[groups[Math.floor(index / x.columns)]! * x.columns + (index % x.columns)]!
  // S_B has the eigenvectors of the spread and its eigenvalues over C, which cancel the C of tr/C.
  const alongside = rowProducts(pairs.vectors, within) // (rank, n)
  let variability = 0
  for (let i = 0; i < alongside.rows; i++)
    for (let j = 0; j < x.rows; j++)
      variability += alongside.numbers[i * x.rows + j]! ** 2 / (x.rows * pairs.values[i]!)
  return { variability: defined(variability), ...simplexMeasures(spread) }
}

/** How near centred class means are to a simplex. */
function simplexMeasures(spread: Matrix64): Omit<NeuralCollapse, 'variability'> {
  const products = rowProducts(spread)
  const classes = spread.rows
  const norms = Float64Array.from({ length: classes }, (_, c) =>
    Math.sqrt(products.numbers[c * classes + c]!),
  )
  const cosines: number[] = []
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < a; b++) cosines.push(products.numbers[a * classes + b]! / (norms[a]! * norms[b]!))
  const average = mean(norms)!
  const variance = mean(norms.map((norm) => (norm - average) ** 2))!
  return {
    meanCosine: mean(cosines),
    angleDeviation: mean(cosines.map((cosine) => Math.abs(cosine + 1 / (classes - 1)))),
    normVariation: defined(Math.sqrt(variance) / average),
  }
}
