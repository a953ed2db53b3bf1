/** Readings and patterns against values computed in float64, and the identities between variants. */
import { beforeAll, describe, expect, it } from 'vitest'
import { attentionAxesSchema, standardAxes } from '../../../../src/shared/attention.ts'
import type { Device } from '../../../../src/main/engine/program.ts'
import { initialLambda } from '../../../../src/main/model/attention/operators.ts'
import { changed, matrices, read, sum, waves } from '../../../support/attention.ts'
import { devices, given, relativeDifference, type Given } from '../../../support/devices.ts'

type Matrix = number[][]
// Golden values of float64, with Q, K and V as below, d = 2 and scores QKᵀ/√2.
const Q: Matrix = [[1, 0], [0.5, -1], [-1, 2]] // prettier-ignore
const K: Matrix = [[0.5, 1], [1, -0.5], [0, 1.5]] // prettier-ignore
const V: Matrix = [[1, 2], [3, -1], [0, 4]] // prettier-ignore
const golden = {
  full: {
    pattern: [
      0.31986617, 0.45552749, 0.22460634, 0.1986027, 0.68453735, 0.11685995, 0.25173377, 0.02118934,
      0.72707689,
    ],
    standard: [1.68644864, 1.08263022, 2.25221474, 0.18010787, 0.3153018, 3.39058575],
    laplacian: [0.68644864, -0.91736978, -0.74778526, 1.18010787, 0.3153018, -0.60941425],
    l2: [1.80734241, 0.87349735, 2.33342309, 0.04237361, 0.40244367, 3.22215822],
  },
  causal: {
    pattern: [1, 0, 0, 0.22488245, 0.77511755, 0, 0.25173377, 0.02118934, 0.72707689],
    standard: [1, 2, 2.5502351, -0.32535265, 0.3153018, 3.39058575],
    laplacian: [0, 0, -0.4497649, 0.67464735, 0.3153018, -0.60941425],
    l2: [1, 2, 2.5502351, -0.32535265, 0.40244367, 3.22215822],
  },
  gaussianMixture: [0.79400977, 0.14247153, 0.90367179, -0.40114378, 0.05746058, 1.75812785],
}
const oneHead = (matrix: Matrix): Given => given([[matrix]])
const vectors = { query: oneHead(Q), key: oneHead(K), value: oneHead(V) }

describe.each(devices)('attention on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(['full', 'causal'] as const)('matches the golden values, %s', async (kind) => {
    for (const id of ['standard', 'laplacian', 'l2'] as const) {
      const { readings } = await read(device, changed(id), vectors, { causal: kind === 'causal' })
      expect(relativeDifference(readings, golden[kind][id]), id).toBeLessThan(1e-6)
    }
    const { pattern } = await read(device, standardAxes, vectors, { causal: kind === 'causal' })
    expect(relativeDifference(pattern, golden[kind].pattern)).toBeLessThan(1e-6)
  })

  it('matches the golden values of the Gaussian mixture measure with V = K', async () => {
    const parameters = {
      covariance: given([[[0.1, 0.3]]]),
      logPrior: given([[[0.2, 0.5, 0.3].map(Math.log)]]),
    }
    const options = { causal: false, parameters }
    const { readings } = await read(
      device,
      changed('exponential-family'),
      { ...vectors, value: oneHead(K) },
      options,
    )
    expect(relativeDifference(readings, golden.gaussianMixture)).toBeLessThan(1e-6)
  })

  describe('identities', () => {
    const single = waves([1, 3, 5, 4])

    it('l2 is standard attention with the prior −‖k‖²/(2√d)', async () => {
      const logPrior: Given = {
        shape: [3, 1, 5],
        numbers: matrices(single.key.numbers, 5, 4).flatMap((head) =>
          head.map((key) => -sum(key.map((value) => value * value)) / (2 * 2)),
        ),
      }
      for (const causal of [true, false]) {
        const withPrior = attentionAxesSchema.parse({ prior: 'position' })
        const prior = await read(device, withPrior, single, { causal, parameters: { logPrior } })
        const l2 = await read(device, changed('l2'), single, { causal })
        expect(relativeDifference(l2.readings, prior.readings)).toBeLessThan(2e-6)
      }
    })

    it('mixture-of-gaussians with the magnitude prior and α = 1/√d is standard attention', async () => {
      const axes = changed('mixture-of-gaussians', { prior: 'magnitude' })
      const mixture = await read(device, axes, single)
      const standard = await read(device, standardAxes, single)
      expect(relativeDifference(mixture.readings, standard.readings)).toBeLessThan(1e-6)
    })

    it('mixture-of-gaussians with a uniform prior and α = 1/√d is l2', async () => {
      const mixture = await read(device, changed('mixture-of-gaussians'), single)
      const l2 = await read(device, changed('l2'), single)
      expect(relativeDifference(mixture.readings, l2.readings)).toBeLessThan(2e-6)
    })

    it('differential with A₂ = I and λ = 1 is laplacian, up to its norm', async () => {
      // two heads; the queries and keys of the second are long and orthogonal, so that its pattern is the identity
      const long = Array.from({ length: 4 }, (_, token) =>
        [0, 1, 2, 3].map((axis) => (axis === token ? 20 : 0)),
      )
      const [query, key, first, second] = [0, 1, 2, 3].map(
        (phase) => matrices(waves([1, 1, 4, 4], 1 + 0.3 * phase).query.numbers, 4, 4)[0]!,
      ) as [Matrix, Matrix, Matrix, Matrix]
      const exponent = Math.log(2 - initialLambda(1)) // λ = e^exponent − e⁰ + λ₀ = 1
      const { readings, pattern } = await read(
        device,
        changed('differential'),
        { query: given([[query, long]]), key: given([[key, long]]), value: given([[first, second]]) },
        { constants: { lambdaQuery1: exponent / 4, lambdaKey1: 1, lambdaQuery2: 1, lambdaKey2: 0 } },
      )
      const identity = long.flat().map((value) => value / 20)
      expect(relativeDifference(pattern.slice(16), identity)).toBeLessThan(1e-6)

      const [laplacian1, laplacian2] = await Promise.all(
        [first, second].map(async (value) => {
          const inputs = { query: given([[query]]), key: given([[key]]), value: given([[value]]) }
          return matrices((await read(device, changed('laplacian'), inputs)).readings, 4, 4)[0]!
        }),
      )
      const expected = laplacian1!.map((row, token) => {
        const wide = [...row, ...laplacian2![token]!]
        const rootMeanSquare = Math.sqrt(sum(wide.map((value) => value * value)) / 8 + 1e-5)
        return wide.map((value) => ((1 - initialLambda(1)) * value) / rootMeanSquare)
      })
      const joined = [...expected.map((row) => row.slice(0, 4)), ...expected.map((row) => row.slice(4))]
      // the first causal token reads 0/√(0 + ε): only rounding, so it is compared absolutely
      expect(relativeDifference(readings, joined.flat())).toBeLessThan(1e-4)
    })
  })
})
