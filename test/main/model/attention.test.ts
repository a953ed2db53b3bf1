/** The attention variants against theory: golden values, invariants, and gradients of log Z by differences in float64. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device, Tensors } from '../../../src/main/engine/program.ts'
import { attentionVariant, attentionVariants } from '../../../src/main/model/attention/index.ts'
import { causalMask } from '../../../src/main/model/attention/variant.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { compute, devices, given, relativeDifference, wave, type Given } from '../../support/devices.ts'

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
  },
  causal: {
    pattern: [1, 0, 0, 0.22488245, 0.77511755, 0, 0.25173377, 0.02118934, 0.72707689],
    standard: [1, 2, 2.5502351, -0.32535265, 0.3153018, 3.39058575],
    laplacian: [0, 0, -0.4497649, 0.67464735, 0.3153018, -0.60941425],
  },
  gaussianMixture: [0.79400977, 0.14247153, 0.90367179, -0.40114378, 0.05746058, 1.75812785],
}

const oneHead = (matrix: Matrix): Given => given([[matrix]])
const noMask = (tokens: number): tf.Tensor2D => tf.zeros([tokens, tokens])

describe.each(devices)('attention on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  /** Readings (B, H, T, d) and pattern (B, H, T, T) of a variant, as flat lists. */
  async function read(
    id: string,
    inputs: Record<'query' | 'key' | 'value', Given>,
    mask: (tokens: number) => tf.Tensor2D = causalMask,
    parameters: Record<string, Given> = {},
  ) {
    return compute(device, { ...inputs, ...parameters }, (tensors: Tensors) => {
      const { readings, pattern } = attentionVariant(id).read({
        query: tensors.query as tf.Tensor4D,
        key: tensors.key as tf.Tensor4D,
        value: tensors.value as tf.Tensor4D,
        mask: mask(tensors.query!.shape[2]!),
        parameters: tensors,
      })
      return { readings, pattern }
    })
  }
  const qkv = { query: oneHead(Q), key: oneHead(K), value: oneHead(V) }
  const waves = {
    query: wave([2, 3, 5, 4], 0, 2),
    key: wave([2, 3, 5, 4], 1, 2),
    value: wave([2, 3, 5, 4], 2),
  }
  const neutral = { covariance: wave([3, 1, 4], 0, 0), logPrior: wave([3, 1, 5], 0, 0) }

  it.each(['full', 'causal'] as const)('matches the golden values, %s', async (kind) => {
    const mask = kind === 'full' ? noMask : causalMask
    for (const id of ['standard', 'laplacian'] as const) {
      const { readings, pattern } = await read(id, qkv, mask)
      expect(relativeDifference(readings!, golden[kind][id]), id).toBeLessThan(1e-6)
      expect(relativeDifference(pattern!, golden[kind].pattern), id).toBeLessThan(1e-6)
    }
  })

  it('matches the golden values of the Gaussian mixture measure with V = K', async () => {
    const { readings } = await read('exponential-family', { ...qkv, value: oneHead(K) }, noMask, {
      covariance: given([[[0.1, 0.3]]]),
      logPrior: given([[[0.2, 0.5, 0.3].map(Math.log)]]),
    })
    expect(relativeDifference(readings!, golden.gaussianMixture)).toBeLessThan(1e-6)
  })

  describe('laplacian', () => {
    it('has rows that sum to zero, where those of standard attention sum to one', async () => {
      const identity: Matrix = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => Number(row === column)))
      const inputs = {
        query: wave([1, 1, 4, 4], 0, 2),
        key: wave([1, 1, 4, 4], 1, 2),
        value: oneHead(identity),
      }
      for (const [id, sum] of [
        ['laplacian', 0],
        ['standard', 1],
      ] as const) {
        const { readings } = await read(id, inputs) // with V = I the readings are the operator itself
        for (let row = 0; row < 4; row++) {
          const total = [...readings!].slice(row * 4, row * 4 + 4).reduce((a, b) => a + b, 0)
          expect(total, `${id}, row ${row}`).toBeCloseTo(sum, 6)
        }
      }
    })

    it('does not change when a constant vector is added to every value', async () => {
      const shifted = Float32Array.from(
        waves.value.numbers,
        (value, index) => value + [3, -1, 0.5, 2][index % 4]!,
      )
      const before = await read('laplacian', waves)
      const after = await read('laplacian', { ...waves, value: { ...waves.value, numbers: shifted } })
      expect(relativeDifference(after.readings!, before.readings!)).toBeLessThan(2e-6)
    })

    it('reads zero at the first token of a causal sequence', async () => {
      const { readings } = await read('laplacian', waves)
      for (let head = 0; head < 6; head++)
        expect([...readings!.slice(head * 20, head * 20 + 4)].map(Math.abs)).toEqual([0, 0, 0, 0])
    })
  })

  describe('exponential family', () => {
    it('is standard attention where Σ = 0 and π is uniform', async () => {
      const uniform = { ...neutral, logPrior: wave([3, 1, 5], 0, 0) }
      const own = await read('exponential-family', waves, causalMask, uniform)
      const standard = await read('standard', waves)
      expect(relativeDifference(own.readings!, standard.readings!)).toBeLessThan(1e-6)
    })

    it('depends on the ratios of π only', async () => {
      const prior = wave([3, 1, 5], 1)
      const raised = { ...prior, numbers: Float32Array.from(prior.numbers, (value) => value + 2.5) }
      const before = await read('exponential-family', waves, causalMask, { ...neutral, logPrior: prior })
      const after = await read('exponential-family', waves, causalMask, { ...neutral, logPrior: raised })
      expect(relativeDifference(after.readings!, before.readings!)).toBeLessThan(1e-6)
    })

    it('is the gradient of log Z with V = K, by central differences in float64', async () => {
      const sigma = [0.4, 0.9]
      const logPrior = [-0.5, 0.3, 0.1]
      const { readings } = await read('exponential-family', { ...qkv, value: oneHead(K) }, causalMask, {
        covariance: given([[sigma]]),
        logPrior: given([[logPrior]]),
      })
      const logZ = (eta: number[], row: number): number => {
        const quadratic = eta.reduce((sum, value, axis) => sum + 0.5 * sigma[axis]! * value * value, 0)
        const terms = K.slice(0, row + 1).map(
          (key, j) => logPrior[j]! + key[0]! * eta[0]! + key[1]! * eta[1]!,
        )
        return quadratic + Math.log(terms.reduce((sum, term) => sum + Math.exp(term), 0))
      }
      const gradient = Q.flatMap((query, row) => {
        const eta = query.map((value) => value / Math.SQRT2)
        return eta.map((value, axis) => {
          const h = 1e-5
          return (logZ(eta.with(axis, value + h), row) - logZ(eta.with(axis, value - h), row)) / (2 * h)
        })
      })
      expect(relativeDifference(readings!, gradient)).toBeLessThan(1e-6)
    })
  })

  it.each([...attentionVariants.keys()])('%s: later tokens do not change earlier readings', async (id) => {
    const parameters = { covariance: wave([3, 1, 4], 3), logPrior: wave([3, 1, 5], 4) }
    const changeLast = (tensor: Given): Given => ({
      ...tensor,
      numbers: Float32Array.from(tensor.numbers, (value, index) =>
        Math.floor(index / 4) % 5 === 4 ? value + 9 : value,
      ),
    })
    const before = await read(id, waves, causalMask, parameters)
    const after = await read(
      id,
      { query: waves.query, key: changeLast(waves.key), value: changeLast(waves.value) },
      causalMask,
      parameters,
    )
    for (let index = 0; index < before.readings!.length; index++)
      if (Math.floor(index / 4) % 5 < 4) expect(after.readings![index]).toBe(before.readings![index])
  })

  it.each([...attentionVariants.keys()])('%s: stays finite with scores of ±80', async (id) => {
    const parameters = { covariance: wave([3, 1, 4], 3), logPrior: wave([3, 1, 5], 4) }
    const large = { ...waves, query: wave([2, 3, 5, 4], 0, 40), key: wave([2, 3, 5, 4], 1, 4) }
    const { readings } = await read(id, large, causalMask, parameters)
    expect(readings!.every(Number.isFinite)).toBe(true)
  })
})

describe('the catalogue of variants', () => {
  it('has a function for every row and a row for every function', () => {
    expect([...attentionVariants.keys()].sort()).toEqual(variants.map(({ id }) => id).sort())
  })
  it('refuses an unknown name with the known ones', () => {
    expect(() => attentionVariant('laplacien')).toThrow(/no attention variant named "laplacien"/)
  })
})
