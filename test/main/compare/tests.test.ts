/** The tests, intervals and sizes of a comparison against scipy (test/fixtures/compare/make_golden_tests.py), and their laws. */
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../../../src/main/compare/bootstrap.ts'
import { hedgesCorrection, hedgesG } from '../../../src/main/compare/effect-size.ts'
import { holm } from '../../../src/main/compare/holm.ts'
import { probabilityOfSmaller } from '../../../src/main/compare/improvement.ts'
import { areaUnder, stepReaching } from '../../../src/main/compare/learning-curve.ts'
import { pairedPower, seedsNeeded } from '../../../src/main/compare/power.ts'
import { drawnSamples, resampledMeans } from '../../../src/main/compare/resamples.ts'
import { signedRank } from '../../../src/main/compare/signed-rank.ts'
import { twoSidedP } from '../../../src/main/compare/student-t.ts'
import { normals } from '../../../src/main/engine/random.ts'
import { summarise } from '../../../src/main/compare/summary.ts'

interface Golden {
  differences: {
    name: string
    values: number[]
    bca: [number, number] | null
    signedRank: { statistic: number; p: number }
    pairedT: number
    hedgesG: number
  }[]
  power: { effect: number; seeds: number; power: number }[]
  seedsNeeded: { effect: number; seeds: number }[]
  smaller: { first: number[]; second: number[]; probability: number }[]
  holm: { p: number[]; adjusted: number[] }[]
}
const file = path.join(import.meta.dirname, '../../fixtures/compare/tests.json')
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden

/** Differences in steps of 1/64, so that sums are exact and nothing is decided by rounding. */
const differences = (minLength: number, maxLength: number) =>
  fc.array(
    fc.integer({ min: -640, max: 640 }).map((k) => k / 64),
    { minLength, maxLength },
  )

describe.each(golden.differences)('as scipy has it: $name', ({ values, ...expected }) => {
  it('paired t', () => {
    const { mean, sd } = summarise(values)
    const t = (mean / sd!) * Math.sqrt(values.length)
    expect(twoSidedP(t, values.length - 1)).toBeCloseTo(expected.pairedT, 10)
  })
  it('signed rank, exact', () => {
    const found = signedRank(values)!
    expect(found.statistic).toBe(expected.signedRank.statistic)
    expect(found.p).toBeCloseTo(expected.signedRank.p, 12)
  })
  it("Hedges' g", () => {
    const { mean, sd } = summarise(values)
    expect(hedgesG(mean / sd!, values.length)).toBeCloseTo(expected.hedgesG, 10)
  })
  const { bca } = expected // of few enough values to take all samples
  if (bca)
    it('BCa over all samples', () => {
      const found = bootstrapInterval(values)!
      expect(found).toMatchObject({ exact: true, resamples: values.length ** values.length })
      found.ci95.forEach((end, index) => expect(end).toBeCloseTo(bca[index]!, 9))
    })
})

describe('bootstrapInterval', () => {
  it('turns with the sign, and moves with a constant', () => {
    fc.assert(
      fc.property(differences(3, 10), fc.integer({ min: -64, max: 64 }), (values, shift) => {
        const [low, high] = bootstrapInterval(values)!.ci95
        const turned = bootstrapInterval(values.map((value) => -value))!.ci95
        expect(turned[0]).toBeCloseTo(-high, 9)
        expect(turned[1]).toBeCloseTo(-low, 9)
        const moved = bootstrapInterval(values.map((value) => value + shift))!.ci95
        expect(moved[0]).toBeCloseTo(low + shift, 9)
        expect(moved[1]).toBeCloseTo(high + shift, 9)
      }),
      { numRuns: 40 },
    )
  })
  it('holds the mean, stays within the values, and is the same every time', () => {
    fc.assert(
      fc.property(differences(3, 12), (values) => {
        const [low, high] = bootstrapInterval(values)!.ci95
        const { mean } = summarise(values)
        expect(low).toBeLessThanOrEqual(mean + 1e-9)
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9)
        expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9)
        expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9)
        expect(bootstrapInterval(values)!.ci95).toEqual([low, high])
      }),
      { numRuns: 40 },
    )
  })
  it('is a point where there is no spread, and nothing below three values', () => {
    expect(bootstrapInterval([0.25, 0.25, 0.25])!.ci95).toEqual([0.25, 0.25])
    expect(bootstrapInterval([1, 2])).toBeNull()
  })
  it('draws where there are too many samples to take all, close to what all would give', () => {
    const values = [12, -5, 33, 21, -17, 8, 46, 3, -2]
    const found = bootstrapInterval(values)!
    expect(found).toMatchObject({ exact: false, resamples: drawnSamples })
    // the deviation of resampled means is that of the values with divisor n, over sqrt n
    const means = resampledMeans(values)
    const centre = means.sorted.reduce((sum, mean) => sum + mean, 0) / drawnSamples
    const square = means.sorted.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / drawnSamples
    const { mean, sd } = summarise(values)
    const expected = (sd! * Math.sqrt(8 / 9)) / 3
    expect(Math.abs(centre - mean)).toBeLessThan((4 * expected) / Math.sqrt(drawnSamples))
    expect(Math.abs(Math.sqrt(square) / expected - 1)).toBeLessThan(0.03)
  })
  it.each([
    [3, 0.69],
    [5, 0.84],
    [8, 0.89],
  ])('covers the mean of %i normal values as often as docs/comparison.md says: %f', (count, coverage) => {
    const trials = 600
    let held = 0
    for (let trial = 0; trial < trials; trial++) {
      const [low, high] = bootstrapInterval([...normals(7, 'sampling', 1000 * count + trial, count, 1)])!.ci95
      if (low <= 0 && high >= 0) held++
    }
    expect(Math.abs(held / trials - coverage)).toBeLessThan(0.05)
  })
  it('takes all samples as often as they occur', () => {
    const { sorted, countTo, total } = resampledMeans([0, 0, 3])
    expect(total).toBe(27)
    // the number of threes in a sample is binomial with n = 3, p = 1/3: 8, 12, 6 and 1 of 27
    const upTo = (mean: number) => countTo[sorted.findLastIndex((value) => value <= mean + 1e-9)]
    expect([0, 1, 2, 3].map(upTo)).toEqual([8, 20, 26, 27])
  })
})

describe('signedRank', () => {
  it('has the same p for the other sign, for any size of unit, and never less than the smallest', () => {
    fc.assert(
      fc.property(differences(1, 12), (values) => {
        const found = signedRank(values)
        if (!found) return void expect(values.every((value) => value === 0)).toBe(true)
        const turned = signedRank(values.map((value) => -value))!
        const n = values.filter((value) => value !== 0).length
        expect(turned.statistic).toBe((n * (n + 1)) / 2 - found.statistic)
        expect(turned.p).toBeCloseTo(found.p, 12)
        expect(signedRank(values.map((value) => 4 * value))).toEqual(found)
        expect(found.p).toBeGreaterThanOrEqual(found.smallestP)
        expect(found.p).toBeLessThanOrEqual(1)
      }),
    )
  })
  it('cannot get below 0.0625 with five seeds', () =>
    expect(signedRank([1, 2, 3, 4, 5])).toEqual({ statistic: 15, p: 0.0625, smallestP: 0.0625 }))
  it('agrees with the published table: of n = 10, W = 8 has p = 0.049 (two-sided)', () => {
    // Wilcoxon & Wilcox 1964: the critical value of n = 10 at 0.05 is 8; ranks 1, 2 and 5 against the others
    const values = [1, 2, -3, -4, 5, -6, -7, -8, -9, -10]
    expect(signedRank(values)).toMatchObject({ statistic: 8, p: 50 / 1024 })
  })
  it('has nothing to say where nothing differs', () => expect(signedRank([0, 0])).toBeNull())
})

describe('hedgesG', () => {
  it("approaches Hedges' published approximation 1 - 3 / (4 m - 1)", () => {
    const error = (m: number) => Math.abs(hedgesCorrection(m) - (1 - 3 / (4 * m - 1)))
    expect(error(2)).toBeLessThan(0.008)
    expect(error(5)).toBeLessThan(0.002)
    expect(error(200)).toBeLessThan(1e-6)
  })
  it('is not there for two differences', () => expect(hedgesG(3, 2)).toBeNull())
})

describe('holm', () => {
  it.each(golden.holm)('$p', ({ p, adjusted }) =>
    holm(p).forEach((value, index) => expect(value).toBeCloseTo(adjusted[index]!, 12)),
  )
  it('keeps the order, never goes down, and is at most Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (p) => {
        const adjusted = holm(p)
        p.forEach((first, i) => {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(first)
          expect(adjusted[i]!).toBeLessThanOrEqual(Math.min(1, p.length * first) + 1e-12)
          p.forEach((second, j) => first <= second && expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!))
        })
      }),
    )
  })
})

describe('power', () => {
  it.each(golden.power)('$effect deviations, $seeds seeds', ({ effect, seeds, power }) => {
    expect(pairedPower(effect, seeds)).toBeCloseTo(power, 8)
    expect(pairedPower(-effect, seeds)).toBeCloseTo(power, 8)
  })
  it('is the level of the test where there is no effect', () =>
    expect(pairedPower(0, 7)).toBeCloseTo(0.05, 10))
  it.each(golden.seedsNeeded)('$effect deviations need $seeds seeds', ({ effect, seeds }) => {
    expect(seedsNeeded(effect)).toBe(seeds)
    expect(seedsNeeded(-effect)).toBe(seeds)
  })
  it("agrees with G*Power's 34 pairs for a medium effect, and 199 for a small one", () =>
    expect([0.5, 0.2].map(seedsNeeded)).toEqual([34, 199]))
  it('finds no number for no effect, nor for one that takes more than a million', () => {
    for (const effect of [0, 1e-16, 0.0028, NaN]) expect(seedsNeeded(effect)).toBeNull()
    expect(seedsNeeded(0.0029)).toBeGreaterThan(900_000)
  })
})

describe('probabilityOfSmaller', () => {
  it.each(golden.smaller)('$first against $second', ({ first, second, probability }) => {
    expect(probabilityOfSmaller(first, second)).toBeCloseTo(probability, 12)
    expect(probabilityOfSmaller(second, first)).toBeCloseTo(1 - probability, 12)
  })
  it('is not there without runs', () => expect(probabilityOfSmaller([], [1])).toBeNull())
})

describe('learning curves', () => {
  const curve = [
    { step: 0, value: 4 },
    { step: 10, value: 2 },
    { step: 40, value: 1 },
    { step: 50, value: 3 },
  ]
  it('average the curve over the steps between', () => {
    expect(areaUnder(curve, 0, 50)).toBeCloseTo((10 * 3 + 30 * 1.5 + 10 * 2) / 50, 12)
    expect(areaUnder(curve, 10, 40)).toBeCloseTo(1.5, 12)
  })
  it('have no area between steps that were not measured', () => {
    expect(areaUnder(curve, 0, 60)).toBeNull()
    expect(areaUnder(curve, 5, 40)).toBeNull()
    expect(areaUnder(curve, 10, 10)).toBeNull()
    expect(areaUnder([], 0, 10)).toBeNull()
  })
  it('reach a loss at the first measurement that is not above it', () => {
    expect(stepReaching(curve, 2)).toBe(10)
    expect(stepReaching(curve, 1.99)).toBe(40)
    expect(stepReaching(curve, 0.5)).toBeNull()
  })
})
