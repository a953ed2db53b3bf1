/** Derivation mode against the table of theory 1.4, with the formulas in float64. */
import { beforeAll, describe, expect, it } from 'vitest'
import { standardised, type LabelledCloud } from '../../../src/main/derivation/cloud.ts'
import { derive, type DeriveOptions } from '../../../src/main/derivation/derive.ts'
import { pointCloud } from '../../../src/main/derivation/points.ts'
import type { Device } from '../../../src/main/engine/program.ts'
import { attentionAxesSchema, type AttentionChoices } from '../../../src/shared/attention.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import type { DerivedVariant } from '../../../src/shared/derivation.ts'
import { settingsOf } from '../../support/derivation.ts'
import { devices } from '../../support/devices.ts'

type Point = readonly [number, number]
const rootD = Math.SQRT2 // √d of points
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1]
const squared = (a: Point, b: Point) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2

function weighted(weights: number[], points: readonly Point[]): Point {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = (axis: 0 | 1) =>
    points.reduce((sum, point, index) => sum + weights[index]! * point[axis], 0) / total
  return [mean(0), mean(1)]
}
/** A X with A the softmax of x·xᵀ/√d. */
const averages = (x: readonly Point[]): Point[] =>
  x.map((a) => weighted(x.map((b) => Math.exp(dot(a, b) / rootD)), x)) // prettier-ignore

/** Largest distance of two lists of points. */
const apart = (a: readonly Point[], b: readonly Point[]): number =>
  Math.max(...a.map((point, index) => Math.sqrt(squared(point, b[index]!))))

const plain: DeriveOptions['settings'] = settingsOf()
const clusters = pointCloud('clusters', 60, 3)
const moons = pointCloud('moons', 60, 3)

describe.each(devices)('derive on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  async function derived(
    choices: AttentionChoices,
    options: Partial<Omit<DeriveOptions, 'variants' | 'settings'>> & {
      settings?: Partial<DeriveOptions['settings']>
    } = {},
  ): Promise<DerivedVariant> {
    const [variant] = await derive(device, {
      variants: [{ id: 'a variant', axes: attentionAxesSchema.parse(choices) }],
      ...{ tokens: moons, scale: 1, steps: 3 },
      ...options,
      settings: { ...plain, ...options.settings },
    })
    return variant!
  }
  const laplacian: AttentionChoices = { operator: 'laplacian' }

  it('begins with the tokens, centred and scaled', async () => {
    const { steps } = await derived({}, { scale: 2 })
    const { values } = standardised(moons, 2)
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3])
    expect(steps[0]!.positions.flat()).toEqual([...values])
    expect(steps[0]!.totalVariance).toBeCloseTo(2 * 2 ** 2, 5)
    expect(steps[0]).toMatchObject({ expansion: null, medianPairRatio: null, insideHull: null })
    expect(steps[0]!.linearity).toBeCloseTo(1, 10)
  })

  it('A: standard attention with the residual is x + A x, and no pair comes closer', async () => {
    const { steps } = await derived({})
    for (const [index, { positions: x }] of steps.slice(0, -1).entries()) {
      const expected = averages(x).map((mean, token): Point => [
        x[token]![0] + mean[0],
        x[token]![1] + mean[1],
      ])
      expect(apart(steps[index + 1]!.positions, expected)).toBeLessThan(1e-5)
      // T(η) = η + ∇ log Z(η) with the keys of this step has the Jacobian I + Cov ≥ I (theory A.6)
      expect(steps[index + 1]!.smallestPairRatio).toBeGreaterThan(1 - 1e-5)
      expect(steps[index + 1]!.expansion).toBeGreaterThan(1)
    }
  })

  it('A: that is x + ∇ log Z, and the value of log Z is reported', async () => {
    const { steps } = await derived({}, { steps: 1 })
    const x = steps[0]!.positions
    const logZ = (eta: Point) => Math.log(x.reduce((sum, key) => sum + Math.exp(dot(eta, key)), 0))
    const h = 1e-5
    const expected = x.map(([a, b]): Point => {
      const [p, q] = [a / rootD, b / rootD]
      return [
        a + (logZ([p + h, q]) - logZ([p - h, q])) / (2 * h),
        b + (logZ([p, q + h]) - logZ([p, q - h])) / (2 * h),
      ]
    })
    expect(apart(steps[1]!.positions, expected)).toBeLessThan(1e-5)
    const mean = x.reduce((sum, [a, b]) => sum + logZ([a / rootD, b / rootD]), 0) / x.length
    expect(steps[0]!.meanLogZ).toBeCloseTo(mean, 5)
  })

  it('C: the Laplacian with the residual is A x, inside the hull of the tokens before', async () => {
    const { steps } = await derived(laplacian)
    for (const [index, { positions: x }] of steps.slice(0, -1).entries()) {
      expect(apart(steps[index + 1]!.positions, averages(x))).toBeLessThan(1e-5)
      expect(steps[index + 1]!.insideHull).toBe(1)
    }
  })

  it('B + C: the Laplacian of distances is a mean shift, x + ∇ log p(x)/α with α = 1/√d', async () => {
    const { steps } = await derived({ ...laplacian, score: 'distance' }, { steps: 1 })
    const x = steps[0]!.positions
    const alpha = 1 / rootD
    const logDensity = (at: Point) =>
      Math.log(x.reduce((sum, key) => sum + Math.exp((-alpha / 2) * squared(at, key)), 0))
    const h = 1e-5
    const expected = x.map(([a, b]): Point => [
      a + (logDensity([a + h, b]) - logDensity([a - h, b])) / (2 * h * alpha),
      b + (logDensity([a, b + h]) - logDensity([a, b - h])) / (2 * h * alpha),
    ])
    expect(apart(steps[1]!.positions, expected)).toBeLessThan(1e-4)
  })

  it('the tied gradient is standard attention divided by √d', async () => {
    const { steps } = await derived({ readout: 'tied-gradient' }, { steps: 1, settings: { residual: false } })
    const expected = averages(steps[0]!.positions).map(([a, b]): Point => [a / rootD, b / rootD])
    expect(apart(steps[1]!.positions, expected)).toBeLessThan(1e-5)
  })

  it('the uniform average takes all tokens to their mean, of which nothing is left to measure', async () => {
    const { steps } = await derived({ ...laplacian, score: 'uniform' }, { tokens: clusters })
    expect(steps[1]!.totalVariance).toBeLessThan(1e-12)
    expect(steps[1]).toMatchObject({ insideHull: 1, labelPurity: null, silhouette: null, linearity: null })
    expect(steps[2]).toMatchObject({ expansion: null, medianPairRatio: null })
  })

  it('clusters that do not see each other become one point each (theory 3.12)', async () => {
    const { steps } = await derived(
      { ...laplacian, score: 'distance' },
      { tokens: clusters, scale: 5, steps: 40 },
    )
    const { positions } = steps.at(-1)!
    const distinct = new Set(positions.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`))
    expect(distinct.size).toBe(5)
    expect(steps.at(-1)).toMatchObject({ labelPurity: 1 })
    expect(steps.at(-1)!.silhouette).toBeCloseTo(1, 4)
    expect(steps.at(-1)!.dirichletEnergy).toBeLessThan(1e-6)
  })

  it('measures the Dirichlet energy of the attention graph', async () => {
    const { steps } = await derived({}, { steps: 1 })
    const x = steps[0]!.positions
    const weights = x.map((a) => {
      const row = x.map((b) => Math.exp(dot(a, b) / rootD))
      const total = row.reduce((sum, entry) => sum + entry, 0)
      return row.map((entry) => entry / total)
    })
    let energy = 0
    let norm = 0
    x.forEach((a, i) => {
      norm += dot(a, a)
      x.forEach((b, j) => (energy += ((weights[i]![j]! + weights[j]![i]!) / 2) * squared(a, b)))
    })
    expect(steps[0]!.dirichletEnergy).toBeCloseTo(energy / 4 / norm, 5)
  })

  it('takes the step size and leaves out the residual', async () => {
    const { steps } = await derived(laplacian, { steps: 1, settings: { stepSize: 0.5, residual: false } })
    const x = steps[0]!.positions
    const expected = averages(x).map((mean, token): Point => [
      (mean[0] - x[token]![0]) / 2,
      (mean[1] - x[token]![1]) / 2,
    ])
    expect(apart(steps[1]!.positions, expected)).toBeLessThan(1e-5)
  })

  it('lets a variant set its block', async () => {
    const { steps } = await derived({ ...laplacian, block: { stepSize: 0, residual: true } })
    expect(steps.at(-1)!.positions).toEqual(steps[0]!.positions)
  })

  it.each([
    ['layer', ([x, y]: Point) => [Math.sign(x - y), Math.sign(y - x)]],
    ['rms', ([x, y]: Point) => [x / Math.sqrt((x * x + y * y) / 2), y / Math.sqrt((x * x + y * y) / 2)]],
  ] as const)('normalises after the step: %s', async (norm, expected) => {
    const after = await derived({}, { steps: 1, settings: { norm, normPlacement: 'post' } })
    const before = await derived({}, { steps: 1 })
    after.steps[1]!.positions.forEach(([x, y], token) => {
      const [a, b] = expected(before.steps[1]!.positions[token]!)
      expect([Math.abs(x - a!), Math.abs(y - b!)].every((difference) => difference < 5e-3)).toBe(true)
    })
  })

  it('whitens: mean 0 and covariance I after every step', async () => {
    const { steps } = await derived({}, { settings: { norm: 'whitening', normPlacement: 'post' } })
    for (const { positions, totalVariance } of steps.slice(1)) {
      expect(totalVariance).toBeCloseTo(2, 3)
      const covariance = positions.reduce((sum, [x, y]) => sum + x * y, 0) / positions.length
      expect(covariance).toBeCloseTo(0, 3)
    }
  })

  it('normalises what attention reads, and reports log Z of that', async () => {
    const { steps } = await derived(laplacian, { steps: 1, settings: { norm: 'rms' } })
    const x = steps[0]!.positions
    const n = x.map(([a, b]): Point => [
      a / Math.sqrt((a * a + b * b) / 2),
      b / Math.sqrt((a * a + b * b) / 2),
    ])
    const expected = averages(n).map((mean, token): Point => [
      x[token]![0] + mean[0] - n[token]![0],
      x[token]![1] + mean[1] - n[token]![1],
    ])
    expect(apart(steps[1]!.positions, expected)).toBeLessThan(1e-2) // the norm's epsilon counts near 0
    const logZ = n.map((a) => Math.log(n.reduce((sum, b) => sum + Math.exp(dot(a, b) / rootD), 0)))
    expect(steps[0]!.meanLogZ).toBeCloseTo(logZ.reduce((sum, value) => sum + value, 0) / n.length, 2)
  })

  it('projects wider tokens on the components of the first cloud', async () => {
    const wide: LabelledCloud = {
      count: 40,
      width: 3,
      values: Float32Array.from(
        { length: 120 },
        (_, index) => [0.01, 3, 1][index % 3]! * Math.sin(index ** 2),
      ),
      labels: null,
      items: null,
    }
    const { steps } = await derived(laplacian, { tokens: wide, steps: 1 })
    const { values } = standardised(wide, 1)
    const second = Array.from({ length: 40 }, (_, token) => values[3 * token + 1]!)
    const shown = steps[0]!.positions.map(([x]) => x)
    const along = shown.reduce((sum, x, token) => sum + x * second[token]!, 0)
    const length = (numbers: number[]) => Math.hypot(...numbers)
    expect(Math.abs(along) / (length(shown) * length(second))).toBeGreaterThan(0.99)
    expect(steps[0]!.principalCorrelation).toBeCloseTo(1, 6)
    expect(steps[0]).toMatchObject({ labelPurity: null, silhouette: null })
  })

  it('ends where numbers leave the range of 32 bits, and says so', async () => {
    const { steps, overflowed } = await derived({}, { steps: 64, settings: { stepSize: 8 } })
    expect(overflowed).toBe(true)
    expect(steps.length).toBeLessThan(64)
    for (const { totalVariance, meanLogZ } of steps)
      expect(Number.isFinite(totalVariance + meanLogZ)).toBe(true)
  })

  it('refuses differential attention, which is of two heads', async () => {
    await expect(derived({ operator: 'differential' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe.each(devices)('every other variant on %s', (_, open) => {
  it('has finite measures at two steps', async () => {
    const able = variants.filter(({ axes }) => axes.operator !== 'differential')
    const results = await derive(await open(), {
      variants: able,
      tokens: pointCloud('ring', 20, 0),
      ...{ scale: 1, steps: 2, settings: plain },
    })
    expect(results.map(({ attention }) => attention)).toEqual(able.map(({ id }) => id))
    for (const { attention, steps, overflowed } of results) {
      expect({ attention, steps: steps.length, overflowed }).toEqual({
        attention,
        steps: 3,
        overflowed: false,
      })
      for (const { positions, totalVariance } of steps)
        expect(Number.isFinite(totalVariance) && positions.flat().every(Number.isFinite), attention).toBe(
          true,
        )
    }
  })
})
