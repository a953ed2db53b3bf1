import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowEntropies } from '../../../src/main/statistics/attention.ts'
import {
  dualityResidual,
  familyOf,
  fisherInformation,
  hopfieldEnergies,
  keyCovariance,
  legendreGap,
  meanHopfieldEnergy,
  meanLogPartition,
  meanLogPartitionExcess,
  meanNeighbourDivergence,
  meanRowDivergence,
  naturalParameters,
  queryDivergences,
  type Family,
} from '../../../src/main/statistics/exponentialFamily.ts'
import { matrixOf, rowOf, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product } from '../../../src/main/statistics/products.ts'
import {
  attention,
  degenerate,
  drawsOf,
  gaussian,
  numbersIn,
  repeated,
  rotated,
  scaled,
  translated,
} from './arbitrary.ts'
import { goldenKeys, goldenQueries } from './goldenHead.ts'

const draws = drawsOf(3)

const family = (queries: Matrix, keys: Matrix, causal = false): Family =>
  familyOf({ natural: naturalParameters(queries), keys, causal })!

const golden = family(goldenQueries, goldenKeys)
const goldenCausal = family(goldenQueries, goldenKeys, true)

/** log Σ_j e^{η·k_j}, straight from the definition. */
function logPartition(natural: readonly number[], keys: Matrix): number {
  let sum = 0
  for (let j = 0; j < keys.rows; j++)
    sum += Math.exp(natural.reduce((dot, value, c) => dot + value * keys.numbers[j * keys.columns + c]!, 0))
  return Math.log(sum)
}

/** Σ p log(p/q), straight from the definition. */
const divergence = (p: ArrayLike<number>, q: ArrayLike<number>): number =>
  Array.from(p).reduce((sum, value, j) => sum + value * Math.log(value / q[j]!), 0)

describe('the exponential family of a head', () => {
  it('has the golden log Z, weights and Fisher information', () => {
    const close = (found: ArrayLike<number>, expected: number[]) =>
      Array.from(found).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 7))
    close(golden.logPartitions, [1.49340599, 1.08611886, 2.44004339])
    close(goldenCausal.logPartitions, [0.35355339, 0.96184737, 2.44004339])
    close(golden.weights.numbers, [
      ...[0.31986617, 0.45552749, 0.22460634],
      ...[0.1986027, 0.68453735, 0.11685995],
      ...[0.25173377, 0.02118934, 0.72707689],
    ])
    close(goldenCausal.weights.numbers.subarray(0, 6), [1, 0, 0, 0.22488245, 0.77511755, 0])
    const traces = [0.91176338, 0.75145678, 0.18188149]
    traces.forEach((trace, i) => {
      const { numbers } = keyCovariance(golden, i)
      expect(numbers[0]! + numbers[3]!).toBeCloseTo(trace, 7)
    })
    expect(fisherInformation(golden).trace).toBeCloseTo((0.91176338 + 0.75145678 + 0.18188149) / 3, 7)
    expect(meanLogPartition(golden)).toBeCloseTo((1.49340599 + 1.08611886 + 2.44004339) / 3, 7)
  })

  it('has the golden divergences, in the verified order', () => {
    const { numbers } = queryDivergences(golden)!
    expect(numbers[1]).toBeCloseTo(0.1136682847, 9) // KL(A_0 ‖ A_1) = B_G(η_1, η_0)
    expect(numbers[3]).toBeCloseTo(0.1077967939, 9) // KL(A_1 ‖ A_0) = B_G(η_0, η_1)
    const [eta0, eta1] = [0, 1].map((i) => [...rowOf(golden.natural, i)])
    const bregman =
      logPartition(eta1!, goldenKeys) -
      logPartition(eta0!, goldenKeys) -
      eta1!.reduce((sum, value, c) => sum + (value - eta0![c]!) * golden.expectations.numbers[c]!, 0)
    expect(bregman).toBeCloseTo(0.1136682847, 9)
    expect(queryDivergences(goldenCausal)).toBeNull()
    expect(meanNeighbourDivergence(golden)).toBeCloseTo((numbers[1]! + numbers[5]!) / 2, 10)
    expect(meanRowDivergence(golden.weights, golden.weights)).toBe(0)
    const [first, second] = [
      matrixOf([[...rowOf(golden.weights, 0)]]),
      matrixOf([[...rowOf(golden.weights, 1)]]),
    ]
    expect(meanRowDivergence(first, second)).toBeCloseTo(0.1136682847, 9)
    expect(meanRowDivergence(scaled(first, 0.2), scaled(second, 3))).toBeCloseTo(0.1136682847, 9)
    expect(meanRowDivergence(golden.weights, goldenCausal.weights)).toBeNull()
  })

  it('compares neighbours of a causal head over the keys that both see', () => {
    // query 0 sees one key: nothing to differ in; query 1 and 2 over two keys
    const [p, q] = [rowOf(goldenCausal.weights, 1).slice(0, 2), rowOf(goldenCausal.weights, 2).slice(0, 2)]
    const total = q[0]! + q[1]!
    expect(meanNeighbourDivergence(goldenCausal)).toBeCloseTo(
      divergence(p, q.map((value) => value / total)) / 2, // prettier-ignore
      10,
    )
  })

  it('knows zero scores and identical keys', () => {
    const flat = family(zeros(6, 3), gaussian(6, 3), true)
    flat.logPartitions.forEach((value, i) => expect(value).toBeCloseTo(Math.log(i + 1), 12))
    expect(meanLogPartitionExcess(flat)).toBeCloseTo(0, 12)
    const same = family(gaussian(6, 3), repeated([0.3, -1, 2e3], 6))
    expect(fisherInformation(same).trace).toBeCloseTo(0, 12)
    expect(fisherInformation(same).topEigenvalue).toBeCloseTo(0, 12)
    expect(fisherInformation(same).effectiveRank).toBeNull()
  })

  it('has a quarter of the squared distance of two keys as information', () => {
    const two = fisherInformation(family(zeros(2, 3), matrixOf([[1, 2, 3], [3, 2, 0]]))) // prettier-ignore
    expect(two.trace).toBeCloseTo(13 / 4, 12)
    expect(two.topEigenvalue).toBeCloseTo(13 / 4, 12)
    expect(two.effectiveRank).toBeCloseTo(1, 6)
    // ± e_j: Cov = I/d
    const cross = family(zeros(4, 2), matrixOf([[1, 0], [-1, 0], [0, 1], [0, -1]])) // prettier-ignore
    expect(fisherInformation(cross)).toEqual({
      trace: expect.closeTo(1, 12) as number,
      topEigenvalue: expect.closeTo(0.5, 12) as number,
      effectiveRank: expect.closeTo(2, 10) as number,
    })
  })

  it('is the Hessian of log Z', () => {
    const keys = gaussian(5, 2, 1)
    const natural = gaussian(5, 2, 2)
    const found = familyOf({ natural, keys, causal: false })!
    const step = 1e-4
    for (const i of [0, 3]) {
      const [x, y] = [...rowOf(natural, i)] as [number, number]
      const at = (a: number, b: number) => logPartition([x + a * step, y + b * step], keys)
      const hessian = [
        (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / step ** 2,
        (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step ** 2),
        (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / step ** 2,
      ]
      const { numbers } = keyCovariance(found, i)
      expect([numbers[0], numbers[1], numbers[3]]).toEqual(
        hessian.map((value) => expect.closeTo(value, 6) as number),
      )
      const gradient = [(at(1, 0) - at(-1, 0)) / (2 * step), (at(0, 1) - at(0, -1)) / (2 * step)]
      gradient.forEach((value, c) => expect(found.expectations.numbers[2 * i + c]).toBeCloseTo(value, 6))
    }
  })

  it('closes Legendre’s gap of what was recorded, and only of that', () => {
    const [queries, keys] = [gaussian(7, 4, 1), gaussian(7, 4, 2)]
    for (const causal of [false, true]) {
      const found = family(queries, keys, causal)
      const recorded = attention(queries, keys, causal)
      expect(legendreGap(found, recorded)).toBeLessThan(1e-12)
      const single = { ...recorded, numbers: Float32Array.from(recorded.numbers) }
      expect(legendreGap(found, single)).toBeLessThan(1e-5)
      // the same in words of entropy: H = log Z − Σ a s
      rowEntropies(recorded)!.forEach((entropy, i) => {
        const expected = [...rowOf(recorded, i)].reduce(
          (sum, a, j) => sum + a * found.scores.numbers[7 * i + j]!,
          0,
        )
        expect(entropy).toBeCloseTo(found.logPartitions[i]! - expected, 12)
      })
    }
    expect(legendreGap(family(queries, keys), attention(queries, keys, true))).toBeGreaterThan(0.1)
    expect(legendreGap(family(queries, keys), attention(scaled(queries, 2), keys))).toBeGreaterThan(0.01)
  })

  it('has no duality residual where keys are expectations, and one where they are of others', () => {
    // keys ±2 and η with tanh(2η)·2 = k: the key of each query is its expectation in the limit of large η
    const keys = matrixOf([[2], [-2], [2], [-2]]) // prettier-ignore
    const dual = familyOf({ natural: scaled(keys, 20), keys, causal: false })!
    expect(dualityResidual(dual, draws).residual).toBeCloseTo(0, 10)
    expect(dualityResidual(dual, draws).shuffled).toBeGreaterThan(0.9) // 2 for each that changed its sign
    const random = dualityResidual(family(gaussian(200, 8, 1), gaussian(200, 8, 2)), draws)
    expect(random.residual! / random.shuffled!).toBeCloseTo(1, 1)
    expect(dualityResidual(family(gaussian(3, 2), zeros(3, 2)), draws)).toEqual({
      residual: null,
      shuffled: null,
    })
  })

  it('has an energy that retrieval never raises, with the retrieved step as its gradient', () => {
    const keys = gaussian(9, 4, 1)
    const beta = 1.7
    const step = (states: Matrix) =>
      familyOf({ natural: naturalParameters(states, beta), keys, causal: false })!.expectations
    let states: Matrix = gaussian(9, 4, 2)
    const first = hopfieldEnergies(states, keys, false, beta)!
    const moved = { ...states, numbers: Float64Array.from(states.numbers) }
    moved.numbers[6]! += 1e-6 // channel 2 of state 1
    const slope = (hopfieldEnergies(moved, keys, false, beta)![1]! - first[1]!) / 1e-6
    expect(slope).toBeCloseTo(states.numbers[6]! - step(states).numbers[6]!, 5)
    let before = first
    for (let iteration = 0; iteration < 20; iteration++) {
      states = step(states)
      const after = hopfieldEnergies(states, keys, false, beta)!
      after.forEach((energy, i) => expect(energy).toBeLessThanOrEqual(before[i]! + 1e-12))
      before = after
    }
    expect(meanHopfieldEnergy(zeros(3, 2), gaussian(3, 2), false)).toBeCloseTo(-Math.log(3) * Math.SQRT2, 12)
  })

  it('does not change where queries and keys turn together, and only log Z where keys move', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 8 }), fc.boolean(), (seed, n, causal) => {
        const [queries, keys] = [gaussian(n, 4, seed, 'queries'), gaussian(n, 4, seed, 'keys')]
        const measures = (q: Matrix, k: Matrix) => {
          const found = family(q, k, causal)
          return [...numbersIn(fisherInformation(found)), meanNeighbourDivergence(found)!]
        }
        const expected = measures(queries, keys)
        const close = (found: number[]) =>
          found.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 7))
        close(measures(rotated(queries, seed), rotated(keys, seed)))
        close(measures(queries, translated(keys, [1, -2, 0.5, 3])))
        const turned = family(rotated(queries, seed), rotated(keys, seed), causal)
        expect(meanLogPartition(turned)).toBeCloseTo(meanLogPartition(family(queries, keys, causal))!, 10)
        const all = queryDivergences(family(queries, keys))!
        const rows = family(queries, keys).weights
        expect(all.numbers[1]).toBeCloseTo(divergence(rowOf(rows, 0), rowOf(rows, 1)), 10)
      }),
      { numRuns: 40 },
    )
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const found = [true, false].map((causal) => {
      const any = familyOf({ natural: naturalParameters(x), keys: x, causal })
      return any === null
        ? null
        : [
            any.logPartitions,
            meanLogPartition(any),
            meanLogPartitionExcess(any),
            fisherInformation(any),
            queryDivergences(any),
            meanNeighbourDivergence(any),
            legendreGap(any, any.weights),
            dualityResidual(any, draws),
            meanHopfieldEnergy(x, x, causal),
            meanRowDivergence(any.weights, any.weights),
          ]
    })
    expect(numbersIn([found, meanRowDivergence(x, x)]).every(Number.isFinite)).toBe(true)
  })

  it('refuses shapes that do not belong together', () => {
    expect(familyOf({ natural: zeros(3, 2), keys: zeros(4, 2), causal: false })).toBeNull()
    expect(legendreGap(golden, product(zeros(2, 1), zeros(1, 3)))).toBeNull()
  })
})
