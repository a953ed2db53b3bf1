/**
 * A language model with standard attention in plain loops over float64 numbers, one sequence at a time: what the model
 * of src/main/model has to compute for every option of its block. It shares no code with it.
 */
import type { ModelConfiguration } from '../../src/main/model/transformer.ts'
import { erf } from './float64.ts'

type Matrix = number[][] // rows of tokens
/** Parameters and buffers by name, row-major. */
export type PlainWeights = Readonly<Record<string, ArrayLike<number>>>

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => value * b[i]!))
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, t) => row.map((value, i) => value + b[t]![i]!))
const times = (a: Matrix, factor: number): Matrix => a.map((row) => row.map((value) => value * factor))
const rowsOf = (flat: ArrayLike<number>, width: number): Matrix =>
  Array.from({ length: flat.length / width }, (_, row) =>
    Array.from({ length: width }, (_, i) => flat[row * width + i]!),
  )

const activations: Record<ModelConfiguration['activation'], (x: number) => number> = {
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  relu: (x) => (x > 0 ? x : 0),
  silu: (x) => x / (1 + Math.exp(-x)),
}

/** Turns channels i and i + d/2 by t · 10000^(−2i/d). */
function turned(row: readonly number[], token: number): number[] {
  const half = row.length / 2
  const angle = (i: number) => token / 10000 ** ((2 * i) / row.length)
  return row.map((value, i) =>
    i < half
      ? value * Math.cos(angle(i)) - row[i + half]! * Math.sin(angle(i))
      : value * Math.cos(angle(i - half)) + row[i - half]! * Math.sin(angle(i - half)),
  )
}

function sinusoid(token: number, channel: number, width: number): number {
  const even = channel % 2 === 0
  const angle = token / 10000 ** ((even ? channel : channel - 1) / width)
  return even ? Math.sin(angle) : Math.cos(angle)
}

/** Logits (T, V) of one sequence. */
export function plainLogits(
  model: ModelConfiguration,
  weights: PlainWeights,
  tokens: readonly number[],
): Matrix {
  const { layers, heads, width, mlpRatio, norm, normPlacement, positions } = model

  const biased = (name: string, x: Matrix): Matrix => {
    const bias = weights[`${name}.bias`]
    return bias ? x.map((row) => row.map((value, i) => value + bias[i]!)) : x
  }
  const map = (name: string, x: Matrix): Matrix => {
    const flat = weights[`${name}.weight`]!
    const columns = flat.length / x[0]!.length
    return biased(
      name,
      x.map((row) =>
        Array.from({ length: columns }, (_, o) => sum(row.map((value, i) => value * flat[i * columns + o]!))),
      ),
    )
  }
  const normalise = (name: string, x: Matrix): Matrix => {
    if (norm === 'none') return x
    const centre = (row: number[]): number[] => {
      if (norm === 'rms') return row
      const mean = norm === 'layer' ? sum(row) / width : undefined
      return row.map((value, i) => value - (mean ?? weights[`${name}.mean`]![i]!))
    }
    const whole = (row: number[]): number[] => {
      if (norm === 'whitening') return rowsOf(weights[`${name}.whitening`]!, width).map((w) => dot(w, row))
      const deviation = Math.sqrt(dot(row, row) / width + 1e-5)
      return row.map((value) => value / deviation)
    }
    const scale = weights[`${name}.scale`]!
    return biased(
      name,
      x.map((row) => whole(centre(row)).map((value, i) => value * scale[i]!)),
    )
  }

  const attention = (name: string, x: Matrix): Matrix => {
    const projected = map(`${name}.queryKeyValue`, x)
    const d = width / heads
    const joined: Matrix = x.map(() => [])
    for (let head = 0; head < heads; head++) {
      const part = (which: number) => projected.map((row) => row.slice(which * width + head * d).slice(0, d))
      const [query, key] = [part(0), part(1)].map((rows) =>
        positions === 'rotary' ? rows.map((row, token) => turned(row, token)) : rows,
      ) as [Matrix, Matrix]
      const value = part(2)
      query.forEach((q, t) => {
        const exponentials = key.slice(0, t + 1).map((k) => Math.exp(dot(q, k) / Math.sqrt(d)))
        const reading = Array.from({ length: d }, (_, i) =>
          sum(exponentials.map((e, j) => (e / sum(exponentials)) * value[j]![i]!)),
        )
        joined[t]!.push(...reading)
      })
    }
    return map(`${name}.output`, joined)
  }
  const mlp = (name: string, x: Matrix): Matrix =>
    map(
      `${name}.contract`,
      map(`${name}.expand`, x).map((row) => row.map(activations[model.activation])),
    )

  const branch = (name: string, x: Matrix, sublayer: (name: string, x: Matrix) => Matrix): Matrix => {
    const step = model.learnedStepSize ? weights[`${name}Step`]![0]! : model.stepSize
    const joined = (change: Matrix) => (model.residual ? plus(x, times(change, step)) : times(change, step))
    return normPlacement === 'pre'
      ? joined(sublayer(name, normalise(`${name}Norm`, x)))
      : normalise(`${name}Norm`, joined(sublayer(name, x)))
  }

  const table = rowsOf(weights.tokenEmbedding!, width)
  let x = tokens.map((token, t) =>
    table[token]!.map((value, i) => {
      if (positions === 'learned') return value + weights.positionEmbedding![t * width + i]!
      if (positions === 'sinusoidal') return value * Math.sqrt(width) + sinusoid(t, i, width)
      return value
    }),
  )
  for (let layer = 0; layer < layers; layer++) {
    x = branch(`blocks.${layer}.attention`, x, attention)
    if (mlpRatio > 0) x = branch(`blocks.${layer}.mlp`, x, mlp)
  }
  if (normPlacement === 'pre') x = normalise('finalNorm', x)
  const head = model.tiedHead ? table : rowsOf(weights.head!, width)
  return x.map((row) => head.map((direction) => dot(row, direction)))
}
