import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparisonRowSchema, type ComparisonRow } from '../../../src/shared/comparison.ts'
import type { Run, Validation } from '../../../src/shared/experiment.ts'
import { compareRuns as compareEvaluated, type ComparedRuns } from '../../../src/main/compare/comparison.ts'
import { tQuantile, twoSidedP } from '../../../src/main/compare/student-t.ts'
import { aRun } from '../store/records.ts'

const golden = <Value>(name: string): Value =>
  JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../fixtures/compare', name), 'utf8')) as Value

/** One evaluated run per loss, with seeds 0, 1, ... unless `seeds` names others. */
const evaluated = (
  attention: string,
  losses: readonly number[],
  seeds = losses.map((_, seed) => seed),
): Run[] =>
  losses.map((loss, index) =>
    aRun({ attention, seed: seeds[index]!, state: 'finished', bestValidation: { step: 500, loss } }),
  )

const evaluationsOf = ({ bestValidation, lastValidation }: Run): Validation[] =>
  [bestValidation, lastValidation].flatMap((one) => one ?? [])

/** As the experiment is compared where nothing is chosen. */
function compareRuns(
  runs: readonly Run[],
  attentions: readonly string[],
  choice: Partial<ComparedRuns> = {},
): ComparisonRow[] {
  const evaluated = runs.map((run) => ({ run, evaluations: evaluationsOf(run) }))
  const nothing = { metric: 'loss', at: 'best', baseline: attentions[0] ?? '', kind: 'text' } as const
  return compareEvaluated({ runs: evaluated, attentions, ...nothing, nameOf: (id) => id, ...choice })
    .comparison
}

/** Agreement to 12 digits. */
function expectClose(found: number | null, expected: number): void {
  expect(found).not.toBeNull()
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
}

describe("Student's t", () => {
  const table =
    golden<{ degrees: number; quantile975: number; twoSidedP: [number, number][] }[]>('student-t.json')
  it.each(table)(
    'agrees with numerical integration at $degrees degrees of freedom',
    ({ degrees, ...expected }) => {
      expectClose(tQuantile(0.975, degrees), expected.quantile975)
      for (const [t, p] of expected.twoSidedP) {
        expect(Math.abs(twoSidedP(t, degrees) / p - 1)).toBeLessThan(1e-12)
        expect(twoSidedP(-t, degrees)).toBe(twoSidedP(t, degrees))
      }
    },
  )
})

describe('compareRuns', () => {
  interface Case {
    name: string
    variant: number[]
    baseline: number[]
    bestValidation: { mean: number; sd: number; ci95: [number, number] }
    differenceFromBaseline: { mean: number; ci95: [number, number]; p: number; effectSize: number }
  }
  it.each(golden<Case[]>('paired.json'))('agrees with 40-digit arithmetic: $name', (expected) => {
    const runs = [...evaluated('standard', expected.baseline), ...evaluated('laplacian', expected.variant)]
    const [baseline, variant] = compareRuns(runs, ['standard', 'laplacian'])
    expect(baseline!.differenceFromBaseline).toBeNull()
    const { bestValidation, differenceFromBaseline } = variant!
    expectClose(bestValidation.mean, expected.bestValidation.mean)
    expectClose(bestValidation.sd, expected.bestValidation.sd)
    bestValidation.ci95!.forEach((end, index) => expectClose(end, expected.bestValidation.ci95[index]!))
    expect(differenceFromBaseline!.test).toBe('paired t')
    expectClose(differenceFromBaseline!.mean, expected.differenceFromBaseline.mean)
    differenceFromBaseline!.ci95!.forEach((end, index) =>
      expectClose(end, expected.differenceFromBaseline.ci95[index]!),
    )
    // the differences of losses are known to some 13 digits, their spread to fewer
    expect(differenceFromBaseline!.p).toBeCloseTo(expected.differenceFromBaseline.p, 10)
    expect(differenceFromBaseline!.effectSize).toBeCloseTo(expected.differenceFromBaseline.effectSize, 8)
  })

  it("gives the published mean and deviation of nanoGPT's five seeds", () => {
    const [row] = compareRuns(evaluated('standard', [1.46784, 1.46585, 1.46748, 1.46111, 1.46509]), [
      'standard',
    ])
    expect(row!.bestValidation.mean).toBeCloseTo(1.46547, 5)
    expect(row!.bestValidation.sd).toBeCloseTo(0.00269, 5)
  })

  it('has means only with one seed', () => {
    const runs = [...evaluated('standard', [1.9]), ...evaluated('laplacian', [2])]
    expect(compareRuns(runs, ['standard', 'laplacian'])).toMatchObject([
      {
        attention: 'standard',
        seeds: [0],
        bestValidation: { mean: 1.9, sd: null, ci95: null },
        bestAccuracy: null,
        differenceFromBaseline: null,
      },
      {
        attention: 'laplacian',
        seeds: [0],
        bestValidation: { mean: 2, sd: null, ci95: null },
        bestAccuracy: null,
        differenceFromBaseline: {
          mean: expect.closeTo(0.1, 12),
          ci95: null,
          p: null,
          test: 'paired t (needs two shared seeds)',
          effectSize: null,
          ...{ pHolm: null, hedgesG: null, bootstrap: null, seedsNeeded: null },
        },
      },
    ])
  })

  it('pairs by seed over the seeds that both have, whatever the order of the runs', () => {
    const runs = [
      ...evaluated('laplacian', [5, 2.5, 2.2], [9, 3, 1]),
      ...evaluated('standard', [2.1, 2.3, 1], [1, 3, 7]),
    ]
    const [standard, laplacian] = compareRuns(runs, ['standard', 'laplacian'])
    expect(standard!.seeds).toEqual([1, 3, 7])
    expect(laplacian!.seeds).toEqual([1, 3, 9])
    expect(laplacian!.bestValidation.mean).toBeCloseTo((5 + 2.5 + 2.2) / 3, 12)
    expect(laplacian!.differenceFromBaseline!.mean).toBeCloseTo((0.1 + 0.2) / 2, 12)
    expect(laplacian!.differenceFromBaseline!.p).not.toBeNull()
  })

  it('has no difference where no seed is shared, or the baseline has no loss yet', () => {
    const runs = [...evaluated('standard', [2], [0]), ...evaluated('laplacian', [2], [1])]
    expect(compareRuns(runs, ['standard', 'laplacian'])[1]!.differenceFromBaseline).toBeNull()
    const rows = compareRuns([aRun(), ...evaluated('laplacian', [2])], ['standard', 'laplacian'])
    expect(rows.map((row) => [row.attention, row.differenceFromBaseline])).toEqual([['laplacian', null]])
  })

  it('leaves out runs that were not evaluated and attentions that were not asked for', () => {
    const runs = [...evaluated('standard', [2, 3]), aRun({ seed: 2 }), ...evaluated('other', [1])]
    expect(
      compareRuns(runs, ['standard', 'laplacian']).map(({ attention, seeds }) => [attention, seeds]),
    ).toEqual([['standard', [0, 1]]])
    expect(compareRuns([], ['standard'])).toEqual([])
    expect(compareRuns(runs, [])).toEqual([])
  })

  it('gives the accuracies of images at the best losses, and still compares the losses', () => {
    const images = (attention: string, evaluations: [loss: number, accuracy: number][]): Run[] =>
      evaluations.map(([loss, accuracy], seed) =>
        aRun({
          attention,
          seed,
          bestValidation: { step: 100, loss, accuracy },
          lastValidation: { step: 200, loss: loss + 1, accuracy: 0.99 },
        }),
      )
    const runs = [
      ...images('standard', [[0.5, 0.9], [0.4, 0.92], [0.3, 0.94]]), // prettier-ignore
      ...images('laplacian', [[0.6, 0.95], [0.5, 0.9], [0.4, 0.91]]), // prettier-ignore
    ]
    const [standard, laplacian] = compareRuns(runs, ['standard', 'laplacian'])
    expect(standard!.bestAccuracy!.mean).toBeCloseTo(0.92, 12)
    expect(standard!.bestAccuracy!.sd).toBeCloseTo(0.02, 12)
    const half = (tQuantile(0.975, 2) * 0.02) / Math.sqrt(3)
    expect(standard!.bestAccuracy!.ci95![0]).toBeCloseTo(0.92 - half, 12)
    expect(standard!.bestAccuracy!.ci95![1]).toBeCloseTo(0.92 + half, 12)
    expect(laplacian!.bestAccuracy!.mean).toBeCloseTo(0.92, 12)
    expect(laplacian!.differenceFromBaseline!.mean).toBeCloseTo(0.1, 12)
    const one = compareRuns(images('standard', [[0.5, 0.9]]), ['standard'])
    expect(one[0]!.bestAccuracy).toEqual({ mean: 0.9, sd: null, ci95: null })
  })

  it('counts the last run of a seed', () => {
    const runs = [...evaluated('standard', [3], [5]), ...evaluated('standard', [2], [5])]
    expect(compareRuns(runs, ['standard'])[0]).toMatchObject({ seeds: [5], bestValidation: { mean: 2 } })
  })

  it('has no p and no effect size where every difference is the same', () => {
    const runs = [...evaluated('standard', [1, 2, 4]), ...evaluated('laplacian', [1.5, 2.5, 4.5])]
    expect(compareRuns(runs, ['standard', 'laplacian'])[1]!.differenceFromBaseline).toMatchObject({
      mean: 0.5,
      ci95: [0.5, 0.5],
      p: null,
      test: 'paired t',
      effectSize: null,
    })
  })

  it('fits the contract for any losses, and changes sign with the order of the two', () => {
    const losses = fc.array(fc.tuple(fc.nat(20), fc.double({ min: 0, max: 20, noNaN: true })), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(losses, losses, (first, second) => {
        const runs = [
          ...evaluated('standard', first.map(([, loss]) => loss), first.map(([seed]) => seed)), // prettier-ignore
          ...evaluated('laplacian', second.map(([, loss]) => loss), second.map(([seed]) => seed)), // prettier-ignore
        ]
        const forth = compareRuns(runs, ['standard', 'laplacian'])
        const back = compareRuns(runs, ['laplacian', 'standard'])
        for (const row of [...forth, ...back]) expect(comparisonRowSchema.safeParse(row).success).toBe(true)
        const there = forth.find((row) => row.attention === 'laplacian')?.differenceFromBaseline ?? null
        const here = back.find((row) => row.attention === 'standard')?.differenceFromBaseline ?? null
        expect(there === null).toBe(here === null)
        if (there && here) expect(there.mean).toBeCloseTo(-here.mean, 10)
        if (there && there.p !== null) {
          expect(there.p).toBeGreaterThanOrEqual(0)
          expect(there.p).toBeLessThanOrEqual(1)
          expect(here!.p).toBeCloseTo(there.p, 10)
        }
      }),
    )
  })
})
