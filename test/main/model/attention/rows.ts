/**
 * One row per built-in variant, in the order of the catalogue: how many values it learns, the setting at which it is
 * standard attention, and the property of its own that is cheap to check. universal.test.ts and rows.test.ts run them.
 */
import type * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { standardAxes, type AttentionChoices } from '../../../../src/shared/attention.ts'
import type { Device } from '../../../../src/main/engine/program.ts'
import type { AttentionShape } from '../../../../src/main/model/attention/axis.ts'
import { adapted, retrieved } from '../../../../src/main/model/attention/movement.ts'
import { initialLambda } from '../../../../src/main/model/attention/operators.ts'
import {
  changed,
  constant,
  layerCase,
  layerParameters,
  matrices,
  operatorOf,
  read,
  readerShape,
  runLayer,
  sum,
  waves,
  type Constants,
} from '../../../support/attention.ts'
import { compute, given, relativeDifference, wave, type Given } from '../../../support/devices.ts'

export interface Row {
  readonly id: string
  /** Values learned beyond the maps; none where absent. */
  readonly parameters?: (shape: AttentionShape) => number
  readonly neverCausal?: boolean
  /** Absent where no setting is standard attention. */
  readonly neutral?: { readonly choices?: AttentionChoices; readonly constants?: Constants }
  /** What always holds of it, by a sentence. */
  readonly properties: Readonly<Record<string, (device: Device) => Promise<void>>>
}

const square = waves([2, 4, 4, 4]) // as many channels as tokens
const oblong = waves([2, 4, 5, 4])

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-6) =>
  expect(relativeDifference(actual, expected)).toBeLessThan(tolerance)
const combined = (a: ArrayLike<number>, b: ArrayLike<number>, of: (a: number, b: number) => number) =>
  Array.from(a, (value, index) => of(value, b[index]!))
const shifted = (tensor: Given, by: readonly number[]): Given => ({
  ...tensor,
  numbers: Array.from(tensor.numbers, (value, index) => value + by[index % by.length]!),
})
const scaled = (tensor: Given, by: number): Given => ({
  ...tensor,
  numbers: Array.from(tensor.numbers, (value) => by * value),
})
const rowSums = (operator: number[][][]): number[] => operator.flat().map(sum)
const everyRowSumsTo =
  (total: number, choices?: AttentionChoices, constants?: Constants) =>
  async (device: Device, id: string) => {
    const operator = await operatorOf(device, changed(id, choices), square, constants ? { constants } : {})
    for (const rowSum of rowSums(operator)) expect(rowSum).toBeCloseTo(total, 5)
  }
const firstReadings = (readings: Float32Array): number[] =>
  matrices(readings, 5, 4).flatMap((head) => head[0]!)
const dot = (a: readonly number[], b: readonly number[]): number =>
  sum(a.map((value, index) => value * b[index]!))
/** f at x by central differences. */
const gradientOf = (f: (x: number[]) => number, x: readonly number[]): number[] =>
  x.map((value, axis) => (f(x.with(axis, value + 1e-5)) - f(x.with(axis, value - 1e-5))) / 2e-5)
const logSumExp = (numbers: readonly number[]): number => {
  const largest = Math.max(...numbers)
  return largest + Math.log(sum(numbers.map((value) => Math.exp(value - largest))))
}

/**
 * Checks that with V = K the readings of a causal head are the gradient of `logZ` with respect to η = q/√d.
 * @param logZ of the keys that a query sees, with the inputs x of their tokens
 */
async function isGradientOfLogZ(
  device: Device,
  id: string,
  parameters: Record<string, Given>,
  logZ: (eta: number[], keys: number[][], inputs: number[][]) => number,
): Promise<void> {
  const vectors = waves([1, 1, 4, 3], 1.3)
  const { readings } = await read(device, changed(id), { ...vectors, value: vectors.key }, { parameters })
  const [keys] = matrices(vectors.key.numbers, 4, 3) as [number[][]]
  const [inputs] = matrices(vectors.input.numbers, 4, 3) as [number[][]]
  const [queries] = matrices(vectors.query.numbers, 4, 3) as [number[][]]
  const expected = queries.flatMap((query, row) => {
    const eta = query.map((value) => value / Math.sqrt(3))
    return gradientOf((eta) => logZ(eta, keys.slice(0, row + 1), inputs.slice(0, row + 1)), eta)
  })
  close(readings, expected, 3e-6)
}

/** Adding one vector to every query and key of a head leaves the pattern as it is. */
async function ignoresTranslation(device: Device, id: string): Promise<void> {
  const by = [0.7, -0.4, 0.2, 0.5]
  const moved = { ...oblong, query: shifted(oblong.query, by), key: shifted(oblong.key, by) }
  const before = await read(device, changed(id), oblong)
  const after = await read(device, changed(id), moved)
  close(after.pattern, before.pattern, 1e-5)
}

const causalFirstTokenReads =
  (expected: 'nothing' | 'its own value') => async (device: Device, id: string) => {
    const { readings } = await read(device, changed(id), oblong)
    const own = firstReadings(Float32Array.from(oblong.value.numbers))
    const first = firstReadings(readings)
    if (expected === 'its own value') close(first, own, 1e-6)
    else for (const value of first) expect(Math.abs(value)).toBeLessThan(1e-6)
  }

/** A row whose properties are told the id. */
function row(
  id: string,
  rest: Omit<Row, 'id' | 'properties'>,
  properties: Record<string, (device: Device, id: string) => Promise<void>>,
): Row {
  const bound = Object.entries(properties).map(
    ([name, check]) => [name, (device: Device) => check(device, id)] as const,
  )
  return { id, ...rest, properties: Object.fromEntries(bound) }
}

/** W = e^S of the scaled products of one head without a mask, in float64. */
function exponentials(head: number, vectors = square): number[][] {
  const [, , tokens, width] = vectors.query.shape as [number, number, number, number]
  const queries = matrices(vectors.query.numbers, tokens, width)[head]!
  const keys = matrices(vectors.key.numbers, tokens, width)[head]!
  return queries.map((query) => keys.map((key) => Math.exp(dot(query, key) / Math.sqrt(width))))
}
const normalisedRows = (matrix: number[][]): number[][] =>
  matrix.map((row) => row.map((value) => value / sum(row)))
const transposed = (matrix: number[][]): number[][] =>
  matrix[0]!.map((_, column) => matrix.map((row) => row[column]!))
const times = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => transposed(b).map((column) => dot(row, column)))
const heads = Array.from({ length: 8 }, (_, head) => head)

export const rows: readonly Row[] = [
  row(
    'standard',
    { neutral: {} },
    {
      'has rows that sum to 1': everyRowSumsTo(1),
      'reads its own value at a causal first token': causalFirstTokenReads('its own value'),
      'moves with a vector added to every value': async (device) => {
        const by = [3, -1, 0.5, 2]
        const before = await read(device, standardAxes, oblong)
        const after = await read(device, standardAxes, { ...oblong, value: shifted(oblong.value, by) })
        close(
          after.readings,
          Array.from(before.readings, (value, index) => value + by[index % 4]!),
        )
      },
    },
  ),
  row(
    'laplacian',
    {},
    {
      'has rows that sum to 0': everyRowSumsTo(0),
      'reads nothing at a causal first token': causalFirstTokenReads('nothing'),
      'does not change with a vector added to every value': async (device, id) => {
        const before = await read(device, changed(id), oblong)
        const value = shifted(oblong.value, [3, -1, 0.5, 2])
        close((await read(device, changed(id), { ...oblong, value })).readings, before.readings)
      },
      'reads nothing of a constant sequence': async (device, id) => {
        const { readings } = await read(device, changed(id), {
          ...oblong,
          value: constant(oblong.value.shape, 2),
        })
        for (const value of readings) expect(Math.abs(value)).toBeLessThan(1e-6)
      },
    },
  ),
  row(
    'laplacian-heads',
    { neutral: { choices: { laplacianShare: 0 } } },
    {
      'has rows that sum to 1 on the first half of the heads and to 0 on the others': async (device, id) => {
        const operator = await operatorOf(device, changed(id), square)
        operator.forEach((head, index) =>
          head.forEach((entries) => expect(sum(entries)).toBeCloseTo(index % 4 < 2 ? 1 : 0, 5)),
        )
      },
      'is the Laplacian with the other sign on all heads': async (device, id) => {
        const own = await read(device, changed(id, { laplacianShare: 1 }), oblong)
        const laplacian = await read(device, changed('laplacian'), oblong)
        close(
          own.readings,
          Array.from(laplacian.readings, (value) => -value),
          1e-6,
        )
      },
    },
  ),
  row(
    'laplacian-gamma',
    { parameters: ({ heads }) => heads, neutral: {} },
    {
      'differs by −V between γ = 1 and γ = 0': async (device, id) => {
        const [one, zero] = await Promise.all(
          [1, 0].map((gamma) => read(device, changed(id), oblong, { constants: { gamma } })),
        )
        close(
          combined(one!.readings, zero!.readings, (a, b) => a - b),
          Array.from(oblong.value.numbers, (value) => -value),
        )
      },
      'is the Laplacian at γ = 1 and adds the identity at γ = −1': async (device, id) => {
        for (const [gamma, other] of [
          [1, 'laplacian'],
          [-1, 'plus-identity'],
        ] as const) {
          const own = await read(device, changed(id, { gamma }), oblong)
          close(own.readings, (await read(device, changed(other), oblong)).readings, 1e-6)
        }
      },
    },
  ),
  row(
    'plus-identity',
    {},
    {
      'has rows that sum to 2': everyRowSumsTo(2),
      'gives standard attention as its mean with the Laplacian': async (device, id) => {
        const [plus, laplacian, standard] = await Promise.all(
          [id, 'laplacian', 'standard'].map((variant) => read(device, changed(variant), oblong)),
        )
        close(
          combined(plus!.readings, laplacian!.readings, (a, b) => (a + b) / 2),
          standard!.readings,
        )
      },
    },
  ),
  row(
    'diagonal-masked',
    {},
    {
      'has rows that sum to 1': everyRowSumsTo(1),
      'has a diagonal of 0 except where a token sees nobody else': async (device, id) => {
        for (const causal of [true, false]) {
          const { pattern } = await read(device, changed(id), oblong, { causal })
          for (const head of matrices(pattern, 5, 5))
            head.forEach((entries, token) => expect(entries[token]).toBe(causal && token === 0 ? 1 : 0))
        }
      },
    },
  ),
  row(
    'xsa',
    {},
    {
      'reads nothing at a causal first token': causalFirstTokenReads('nothing'),
      'reads what is orthogonal to the own value': async (device, id) => {
        const { readings } = await read(device, changed(id), oblong)
        const own = matrices(oblong.value.numbers, 5, 4)
        matrices(readings, 5, 4).forEach((head, index) =>
          head.forEach((reading, token) =>
            expect(Math.abs(dot(reading, own[index]![token]!))).toBeLessThan(1e-5),
          ),
        )
      },
    },
  ),
  row(
    'exponential-family',
    { parameters: ({ heads, headWidth, tokens }) => heads * (headWidth + tokens), neutral: {} },
    {
      'is the gradient of log Z with V = K': async (device, id) => {
        const sigma = [0.4, 0.9, -0.2]
        const logPrior = [-0.5, 0.3, 0.1, 0.8]
        const parameters = { covariance: given([[sigma]]), logPrior: given([[logPrior]]) }
        await isGradientOfLogZ(device, id, parameters, (eta, keys) => {
          const quadratic = sum(eta.map((value, axis) => 0.5 * sigma[axis]! * value * value))
          return quadratic + logSumExp(keys.map((key, j) => logPrior[j]! + dot(key, eta)))
        })
      },
      'depends on the ratios of π only': async (device, id) => {
        const logPrior = wave([4, 1, 5], 1)
        const before = await read(device, changed(id), oblong, { parameters: { logPrior } })
        const raised = { logPrior: shifted(logPrior, [2.5]) }
        const after = await read(device, changed(id), oblong, { parameters: raised })
        close(after.readings, before.readings, 1e-6)
      },
    },
  ),
  row(
    'exponential-family-low-rank',
    {
      parameters: ({ heads, headWidth, tokens }) => heads * (4 * headWidth + tokens),
      neutral: { constants: { covarianceRoot: 0 } },
    },
    {
      'is the gradient of log Z with V = K, with a positive semi-definite Σ': async (device, id) => {
        const root = [[0.5, -0.2, 0.1, 0.4], [0.3, 0.6, -0.7, 0], [-0.1, 0.2, 0.3, 0.9]] // prettier-ignore
        const logPrior = [-0.5, 0.3, 0.1, 0.8]
        const parameters = { covarianceRoot: given([root]), logPrior: given([[logPrior]]) }
        await isGradientOfLogZ(device, id, parameters, (eta, keys) => {
          const projected = transposed(root).map((column) => dot(column, eta)) // Lᵀη: ½ηᵀΣη = ½‖Lᵀη‖² ≥ 0
          return (
            0.5 * dot(projected, projected) + logSumExp(keys.map((key, j) => logPrior[j]! + dot(key, eta)))
          )
        })
      },
    },
  ),
  row(
    'exponential-family-per-component',
    { parameters: ({ heads, tokens, width }) => width * width + heads * tokens, neutral: {} },
    {
      'is the gradient of log Z with V = K and a covariance of each key': async (device, id) => {
        const map = [[0.5, -0.2, 0.1], [0.3, 0.6, -0.7], [-0.1, 0.2, 0.3]] // prettier-ignore
        const logPrior = [-0.5, 0.3, 0.1, 0.8]
        const parameters = { componentCovariance: given(map), logPrior: given([[logPrior]]) }
        await isGradientOfLogZ(device, id, parameters, (eta, keys, inputs) =>
          logSumExp(
            keys.map((key, j) => {
              const sigma = transposed(map).map((column) => dot(inputs[j]!, column))
              const quadratic = sum(eta.map((value, axis) => 0.5 * sigma[axis]! * value * value))
              return logPrior[j]! + dot(key, eta) + quadratic
            }),
          ),
        )
      },
    },
  ),
  row(
    'moment',
    {},
    {
      'differs from standard attention by about a quarter where the query is half as long': async (
        device,
        id,
      ) => {
        const distances = await Promise.all(
          [0.1, 0.05].map(async (length) => {
            const vectors = { ...oblong, query: scaled(oblong.query, length) }
            const own = await read(device, changed(id), vectors)
            const standard = await read(device, standardAxes, vectors)
            return Math.sqrt(sum(combined(own.readings, standard.readings, (a, b) => (a - b) ** 2)))
          }),
        )
        expect(distances[0]! / distances[1]!).toBeGreaterThan(3.6)
        expect(distances[0]! / distances[1]!).toBeLessThan(4.4)
      },
    },
  ),
  row(
    'log-normalizer',
    {},
    {
      'is the gradient of the sum of log Z over heads, keys fixed': async (device, id) => {
        const layer = layerCase(changed(id), true, { batch: 1, heads: 2, headWidth: 2, tokens: 3 })
        const weights = layerParameters(layer, { step: 1 })
        const input = wave([3, 4], 5)
        const output = await runLayer(device, layer, input, weights)
        const map = matrices(weights['queryKey.weight']!.numbers, 4, 8)[0]!
        const bias = Array.from(weights['queryKey.bias']!.numbers)
        const projected = (x: readonly number[], column: number) =>
          dot(
            x,
            map.map((entries) => entries[column]!),
          ) + bias[column]!
        const tokens = matrices(input.numbers, 3, 4)[0]!
        const expected = tokens.flatMap((token, index) =>
          gradientOf((x) => {
            const logZ = [0, 1].map((head) => {
              const channels = [2 * head, 2 * head + 1]
              const seen = tokens.slice(0, index + 1) // keys of these tokens, the own one included, stay as they are
              const score = (other: number[]) =>
                sum(channels.map((channel) => projected(x, channel) * projected(other, 4 + channel))) /
                Math.SQRT2
              return logSumExp(seen.map(score))
            })
            return sum(logZ)
          }, token),
        )
        close(output, expected, 3e-6)
      },
    },
  ),
  row(
    'mixture-of-gaussians',
    {
      parameters: ({ heads, width, tokens }) => heads * (1 + width + tokens),
      neutral: { choices: { prior: 'magnitude' } },
    },
    {
      'does not change when queries and keys move together': ignoresTranslation,
      'is the posterior of a mixture with a precision of each key': async (device, id) => {
        const vectors = waves([1, 1, 4, 3], 1.3)
        const precision = given([[0.3], [-0.5], [0.2]])
        const logPrior = [-0.5, 0.3, 0.1, 0.8]
        const parameters = { precision, logPrior: given([[logPrior]]) }
        const { pattern } = await read(device, changed(id), vectors, { parameters, causal: false })
        const [queries, keys, inputs] = [vectors.query, vectors.key, vectors.input].map(
          ({ numbers }) => matrices(numbers, 4, 3)[0]!,
        ) as [number[][], number[][], number[][]]
        const posterior = queries.map((query) => {
          const logs = keys.map((key, j) => {
            const logAlpha = -Math.log(3) / 2 + dot(inputs[j]!, [0.3, -0.5, 0.2])
            const distance = sum(query.map((value, axis) => (value - key[axis]!) ** 2))
            return logPrior[j]! - (Math.exp(logAlpha) / 2) * distance + 1.5 * logAlpha
          })
          return logs.map((value) => Math.exp(value - logSumExp(logs)))
        })
        close(pattern, posterior.flat())
      },
    },
  ),
  row(
    'l2',
    { neutral: { choices: { prior: 'magnitude' } } },
    {
      'does not change when queries and keys move together': ignoresTranslation,
      'has rows that sum to 1': everyRowSumsTo(1),
    },
  ),
  row(
    'l2-laplacian',
    {},
    {
      'is √d times the gradient of the log density where Q = K = V': async (device, id) => {
        const points = wave([1, 1, 5, 3], 0, 1.5)
        const vectors = { query: points, key: points, value: points }
        const { readings } = await read(device, changed(id), vectors, { causal: false })
        const tokens = matrices(points.numbers, 5, 3)[0]!
        const logDensity = (x: number[]) =>
          logSumExp(
            tokens.map((key) => -sum(x.map((value, axis) => (value - key[axis]!) ** 2)) / (2 * Math.sqrt(3))),
          )
        const expected = tokens.flatMap((x) => gradientOf(logDensity, x).map((value) => Math.sqrt(3) * value))
        close(readings, expected, 5e-6)
      },
    },
  ),
  row(
    'temperature',
    { parameters: ({ heads }) => heads, neutral: {} },
    {
      'is the uniform average where t is very small': async (device, id) => {
        const { pattern } = await read(device, changed(id), oblong, { constants: { logScale: -40 } })
        for (const head of matrices(pattern, 5, 5))
          head.forEach((entries, token) =>
            close(entries.slice(0, token + 1), Array(token + 1).fill(1 / (token + 1))),
          )
      },
      'picks the best key where t is very large': async (device, id) => {
        const own = await read(device, changed(id), oblong, { constants: { logScale: 12 } })
        const standard = await read(device, standardAxes, oblong)
        const best = matrices(standard.pattern, 5, 5)
        matrices(own.pattern, 5, 5).forEach((head, index) =>
          head.forEach((entries, token) => {
            const likeliest = best[index]![token]!.indexOf(Math.max(...best[index]![token]!))
            expect(entries[likeliest]).toBeCloseTo(1, 5)
          }),
        )
      },
    },
  ),
  row(
    'cosine',
    { parameters: ({ heads }) => heads },
    {
      'does not change with the lengths of queries and keys': async (device, id) => {
        const before = await read(device, changed(id), oblong)
        const longer = { ...oblong, query: scaled(oblong.query, 3), key: scaled(oblong.key, 0.2) }
        close((await read(device, changed(id), longer)).pattern, before.pattern, 1e-5)
      },
      'never multiplies a cosine by more than 100': async (device, id) => {
        const [limit, beyond] = await Promise.all(
          [Math.log(100), 9].map((logScale) =>
            read(device, changed(id), oblong, { constants: { logScale } }),
          ),
        )
        close(beyond!.pattern, limit!.pattern, 1e-6)
      },
    },
  ),
  row(
    'hopfield',
    { parameters: ({ heads }) => heads, neutral: { choices: { retrieval: 0 } } },
    {
      'never raises the Hopfield energy': async (device, id) => {
        const states = await Promise.all([0, 1, 2, 4].map((steps) => retrieve(device, id, steps, 0.5)))
        const energies = states.map((state) =>
          state.map((head, index) =>
            sum(head.map((query) => hopfieldEnergy(query, hopfieldKeys[index]!, 0.5))),
          ),
        )
        for (const head of heads)
          for (let step = 1; step < energies.length; step++)
            expect(energies[step]![head]!).toBeLessThanOrEqual(energies[step - 1]![head]! + 1e-5)
      },
      'arrives at the best key where β is large': async (device, id) => {
        const state = await retrieve(device, id, 6, 60)
        const keys = matrices(oblong.key.numbers, 5, 4)
        state.forEach((head, index) =>
          head.forEach((query) => {
            const distances = keys[index]!.map((key) =>
              Math.hypot(...key.map((value, axis) => value - query[axis]!)),
            )
            expect(Math.min(...distances)).toBeLessThan(1e-3)
          }),
        )
      },
    },
  ),
  row(
    'sigmoid',
    { parameters: ({ heads }) => heads },
    {
      'has rows that sum to n/(n + 1) where scores are zero': async (device, id) => {
        const vectors = { ...oblong, query: constant(oblong.query.shape, 0) }
        const { pattern } = await read(device, changed(id), vectors, { causal: false })
        for (const entries of matrices(pattern, 5, 5).flat()) expect(sum(entries)).toBeCloseTo(5 / 6, 5)
      },
      'has entries of a row that do not depend on each other': async (device, id) => {
        const key = { ...oblong.key, numbers: Float32Array.from(oblong.key.numbers, (value, index) => (Math.floor(index / 4) % 5 === 2 ? value + 1 : value)) } // prettier-ignore
        const before = matrices((await read(device, changed(id), oblong, { causal: false })).pattern, 5, 5)
        const after = matrices(
          (await read(device, changed(id), { ...oblong, key }, { causal: false })).pattern,
          5,
          5,
        )
        before.forEach((head, index) =>
          head.forEach((entries, token) => {
            const other = after[index]![token]!
            expect(other.toSpliced(2, 1)).toEqual(entries.toSpliced(2, 1))
            expect(other[2]).not.toBe(entries[2])
          }),
        )
      },
    },
  ),
  row(
    'softmax-one',
    {},
    {
      'is standard attention with one more key and value, both zero': async (device, id) => {
        const own = await read(device, changed(id), oblong, { causal: false })
        const longer = (tensor: Given): Given => ({
          shape: [2, 4, 6, 4],
          numbers: matrices(tensor.numbers, 5, 4).flatMap((head) => [...head.flat(), 0, 0, 0, 0]),
        })
        const vectors = { query: longer(oblong.query), key: longer(oblong.key), value: longer(oblong.value) }
        const { readings } = await read(device, standardAxes, vectors, { causal: false })
        close(
          own.readings,
          matrices(readings, 6, 4).flatMap((head) => head.slice(0, 5).flat()),
        )
        for (const entries of matrices(own.pattern, 5, 5).flat()) expect(sum(entries)).toBeLessThan(1)
      },
    },
  ),
  row(
    'linear',
    {},
    {
      'has rows that sum to 1': everyRowSumsTo(1),
      'equals the form with prefix sums': async (device, id) => {
        const { readings } = await read(device, changed(id), oblong)
        const feature = (x: number) => (x >= 0 ? x : Math.expm1(x)) + 1
        const [queries, keys, values] = [oblong.query, oblong.key, oblong.value].map(({ numbers }, index) =>
          matrices(numbers, 5, 4).map((head) =>
            index < 2 ? head.map((vector) => vector.map(feature)) : head,
          ),
        ) as [number[][][], number[][][], number[][][]]
        const expected = heads.flatMap((head) => {
          let outer = Array.from({ length: 4 }, () => [0, 0, 0, 0])
          let total = [0, 0, 0, 0]
          return queries[head]!.flatMap((query, token) => {
            const key = keys[head]![token]!
            outer = outer.map((entries, i) =>
              entries.map((value, j) => value + key[i]! * values[head]![token]![j]!),
            )
            total = total.map((value, axis) => value + key[axis]!)
            return transposed(outer).map((column) => dot(query, column) / (dot(query, total) + 1e-6))
          })
        })
        close(readings, expected)
      },
    },
  ),
  row(
    'differential',
    { parameters: ({ headWidth }) => 6 * headWidth },
    {
      'subtracts λ times the second pattern of a pair from the first, then normalises': async (
        device,
        id,
      ) => {
        const constants = { lambdaQuery1: 0.3, lambdaKey1: 0.5, lambdaQuery2: -0.2, lambdaKey2: 0.6 }
        const lambda = Math.exp(4 * 0.15) - Math.exp(4 * -0.12) + initialLambda(1)
        const { readings, pattern } = await read(device, changed(id), oblong, { constants })
        close(readings, differentialReadings(pattern, lambda))
      },
    },
  ),
  row(
    'attention-scale',
    { parameters: ({ heads }) => heads, neutral: {} },
    {
      'has rows that sum to 1 for any w': everyRowSumsTo(1, {}, { scale: 0.7 }),
      'is the mean of the tokens seen at w = −1': async (device, id) => {
        for (const causal of [true, false]) {
          const { readings } = await read(device, changed(id), oblong, { causal, constants: { scale: -1 } })
          const expected = matrices(oblong.value.numbers, 5, 4).flatMap((head) =>
            head.flatMap((_, token) => {
              const seen = head.slice(0, causal ? token + 1 : 5)
              return transposed(seen).map((column) => sum(column) / seen.length)
            }),
          )
          close(readings, expected)
        }
      },
    },
  ),
  row(
    'gfsa',
    { parameters: ({ heads }) => heads, neutral: {} },
    {
      'has rows that sum to 1 + λ': everyRowSumsTo(1.6, {}, { filter: 0.6 }),
      'is A + λ(A + (K − 1)(A² − A))': async (device, id) => {
        const constants = { filter: 0.6 }
        const operator = await operatorOf(device, changed(id), square, { constants })
        const { pattern } = await read(device, changed(id), square, { constants })
        const expected = matrices(pattern, 4, 4).map((a) => {
          const squaredA = times(a, a)
          return a.map((entries, i) =>
            entries.map((value, j) => value + 0.6 * (value + 3 * (squaredA[i]![j]! - value))),
          )
        })
        close(operator.flat(2), expected.flat(2))
      },
    },
  ),
  row(
    'sinkhorn',
    { neverCausal: true, neutral: { choices: { sinkhornIterations: 1 } } },
    {
      'has rows that sum to 1 after an odd number of iterations': async (device, id) => {
        for (const sinkhornIterations of [1, 3, 5]) {
          const { pattern } = await read(device, changed(id, { sinkhornIterations }), square, {
            causal: false,
          })
          for (const entries of matrices(pattern, 4, 4).flat()) expect(sum(entries)).toBeCloseTo(1, 5)
        }
      },
      'has columns that sum to 1 in the limit': async (device, id) => {
        const vectors = waves([2, 4, 4, 4], 0.8)
        const { pattern } = await read(device, changed(id, { sinkhornIterations: 63 }), vectors, {
          causal: false,
        })
        for (const head of matrices(pattern, 4, 4))
          for (const column of transposed(head)) expect(sum(column)).toBeCloseTo(1, 3)
      },
    },
  ),
  row(
    'symmetric-laplacian',
    { neverCausal: true },
    {
      'is I − D^(−1/2) W D^(−1/2): symmetric, with the roots of the degrees in its kernel': async (
        device,
        id,
      ) => {
        const operator = await operatorOf(device, changed(id), square, { causal: false })
        operator.forEach((laplacian, head) => {
          const exponential = exponentials(head)
          const w = exponential.map((entries, i) =>
            entries.map((value, j) => (value + exponential[j]![i]!) / 2),
          )
          const roots = w.map((entries) => Math.sqrt(sum(entries)))
          const expected = w.map((entries, i) =>
            entries.map((value, j) => Number(i === j) - value / (roots[i]! * roots[j]!)),
          )
          close(laplacian.flat(), expected.flat())
          close(laplacian.flat(), transposed(laplacian).flat())
          for (const entries of laplacian)
            expect(Math.abs(dot(entries, roots)) / Math.max(...roots)).toBeLessThan(1e-5)
        })
      },
      'has eigenvalues from 0 to 2': async (device, id) => {
        const operator = await operatorOf(device, changed(id), square, { causal: false })
        for (const laplacian of operator) {
          // xᵀLx/‖x‖² stays within [0, 2] for every x: for eigenvectors it is the eigenvalue
          for (const phase of [0, 1, 2, 3, 4, 5]) {
            const x = Array.from(wave([4], phase).numbers)
            const quotient =
              dot(
                x,
                laplacian.map((entries) => dot(entries, x)),
              ) / dot(x, x)
            expect(quotient).toBeGreaterThan(-1e-6)
            expect(quotient).toBeLessThan(2 + 1e-6)
          }
        }
      },
    },
  ),
  row(
    'diffusion-maps',
    { neverCausal: true, neutral: { choices: { columnExponent: 0 } } },
    {
      'is D^−a W D^−a with its rows normalised': async (device, id) => {
        for (const columnExponent of [0.5, 1]) {
          const { pattern } = await read(device, changed(id, { columnExponent }), square, { causal: false })
          const expected = heads.flatMap((head) => {
            const w = exponentials(head)
            const degrees = transposed(w).map(sum)
            // the factor D^−a of a row cancels where the row is normalised
            return normalisedRows(
              w.map((entries) => entries.map((value, j) => value / degrees[j]! ** columnExponent)),
            )
          })
          close(pattern, expected.flat())
        }
      },
    },
  ),
  row(
    'key-adaptation',
    {
      neverCausal: true,
      parameters: ({ heads, width, tokens }) => heads * (2 + width + tokens),
      neutral: { choices: { keyAdaptation: 0, prior: 'magnitude' } },
    },
    {
      'never lowers the penalised likelihood of the queries': async (device, id) => {
        const likelihoods = await Promise.all(
          [0, 1, 2, 4, 8].map((steps) => penalisedLikelihood(device, id, steps)),
        )
        for (const head of heads)
          for (let index = 1; index < likelihoods.length; index++)
            expect(likelihoods[index]![head]!).toBeGreaterThanOrEqual(likelihoods[index - 1]![head]! - 1e-4)
        expect(likelihoods.at(-1)![0]!).toBeGreaterThan(likelihoods[0]![0]!)
      },
      'is the mixture of Gaussians where λ is very large': async (device, id) => {
        const own = await read(device, changed(id), oblong, { causal: false, constants: { anchor: 1e9 } })
        const mixture = await read(device, changed('mixture-of-gaussians'), oblong, { causal: false })
        close(own.readings, mixture.readings, 1e-5)
      },
    },
  ),
]

const hopfieldKeys = matrices(oblong.key.numbers, 5, 4)

/** E = −lse(β, K ξ)/β + ‖ξ‖²/2 */
function hopfieldEnergy(query: number[], keys: number[][], beta: number): number {
  return -logSumExp(keys.map((key) => beta * dot(key, query))) / beta + dot(query, query) / 2
}

/** The queries of every head after some steps of retrieval over all keys. */
async function retrieve(device: Device, id: string, retrieval: number, beta: number): Promise<number[][][]> {
  const inputs = { ...oblong, retrievalScale: constant([4, 1, 1], beta) }
  const { state } = await compute(device, inputs, (tensors) => {
    const setting = {
      axes: changed(id, { retrieval }),
      shape: readerShape(oblong),
      inputs: readerInputs(tensors),
    }
    return { state: retrieved(setting, undefined).clone() }
  })
  return matrices(state!, 5, 4)
}

const readerInputs = (tensors: Record<string, tf.Tensor>) => ({
  query: tensors.query as tf.Tensor4D,
  key: tensors.key as tf.Tensor4D,
  value: tensors.value as tf.Tensor4D,
  input: tensors.input as tf.Tensor3D,
  mask: undefined,
  parameters: tensors,
})

/** Σ_i log Σ_j N(q_i; k_j, 1/α) − (λ/2) Σ_j ‖k_j − k_j⁰‖² of every head, without constants, after some steps. */
async function penalisedLikelihood(device: Device, id: string, steps: number): Promise<number[]> {
  const [alpha, lambda] = [0.5, 2]
  const parameters = {
    logPrecision: constant([4, 1, 1], Math.log(alpha)),
    precision: constant([16, 4], 0),
    anchor: constant([4, 1, 1], Math.log(Math.expm1(lambda))),
  }
  const { keys } = await compute(device, { ...oblong, ...parameters }, (tensors) => {
    const setting = {
      axes: changed(id, { keyAdaptation: steps }),
      shape: readerShape(oblong),
      inputs: readerInputs(tensors),
    }
    return { keys: adapted(setting, setting.inputs.query, undefined).clone() }
  })
  const distance = (a: number[], b: number[]) => sum(a.map((value, axis) => (value - b[axis]!) ** 2))
  const queries = matrices(oblong.query.numbers, 5, 4)
  return matrices(keys!, 5, 4).map((moved, head) => {
    const likelihood = sum(
      queries[head]!.map((query) => logSumExp(moved.map((key) => (-alpha / 2) * distance(query, key)))),
    )
    return likelihood - (lambda / 2) * sum(moved.map((key, j) => distance(key, hopfieldKeys[head]![j]!)))
  })
}

/** (1 − λ₀) RMSNorm((A₁ − λ A₂)[V₁, V₂]) from the patterns (B, H, T, T) of `oblong`, as readings (B, H, T, d). */
export function differentialReadings(pattern: Float32Array, lambda: number): number[] {
  const patterns = matrices(pattern, 5, 5)
  const values = matrices(oblong.value.numbers, 5, 4)
  return Array.from({ length: 4 }, (_, pair) => {
    const [a1, a2, v1, v2] = [
      patterns[2 * pair]!,
      patterns[2 * pair + 1]!,
      values[2 * pair]!,
      values[2 * pair + 1]!,
    ]
    const difference = a1.map((entries, i) => entries.map((value, j) => value - lambda * a2[i]![j]!))
    const wide = times(
      difference,
      v1.map((entries, token) => [...entries, ...v2[token]!]),
    )
    const normalised = wide.map((entries) => {
      const rootMeanSquare = Math.sqrt(dot(entries, entries) / 8 + 1e-5)
      return entries.map((value) => ((1 - initialLambda(1)) * value) / rootMeanSquare)
    })
    return [
      normalised.map((entries) => entries.slice(0, 4)),
      normalised.map((entries) => entries.slice(4)),
    ].flat(2)
  }).flat()
}
