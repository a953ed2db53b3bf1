import { describe, expect, it } from 'vitest'
import { pointGroups } from '../../../../src/renderer/logic/lab/groups.ts'
import { inked } from '../../../../src/renderer/logic/lab/ink.ts'
import {
  extentOf,
  labMeasures,
  meaningOf,
  measuredOf,
  measuresTable,
  positionsTable,
} from '../../../../src/renderer/logic/lab/measures.ts'
import { initialSettings, labCommand, withField } from '../../../../src/renderer/logic/lab/settings.ts'
import { verdictOf } from '../../../../src/renderer/logic/lab/verdict.ts'
import { standardAxes } from '../../../../src/shared/attention.ts'
import { stepOf } from '../../../support/derivation.ts'
import type { DerivationStep, DerivedVariant } from '../../../../src/shared/derivation.ts'

const derived = (...steps: DerivationStep[]): DerivedVariant => ({ attention: 'a', steps, overflowed: false })

describe('the command of the lab', () => {
  it('names what differs from the usual, and nothing else', () => {
    const usual = initialSettings()
    expect(labCommand(['standard', 'l2'], usual)).toBe('derive --attention standard,l2 --points clusters')
    const changed = {
      ...usual,
      norm: 'layer',
      normPlacement: 'post',
      residual: false,
      stepSize: 0.5,
    } as const
    expect(labCommand(['l2'], { ...changed, count: 500 })).toBe(
      'derive --attention l2 --points clusters --count 500 --norm layer --norm-placement post --no-residual --step-size 0.5',
    )
    expect(labCommand(['l2'], { ...usual, weights: 'random', initialDeviation: 0.02, mlpRatio: 2 })).toBe(
      'derive --attention l2 --points clusters --weights random --initial-deviation 0.02 --mlp-ratio 2',
    )
    const source = { kind: 'images', dataset: 'abc', width: 0 } as const
    expect(labCommand(['l2'], { ...usual, source })).toBe('derive --attention l2 --dataset abc --width 0')
  })
  it('is of settings that can be derived: a field keeps what it had where a value is none of it', () => {
    const usual = initialSettings()
    expect(withField(usual, 'scale', 0)).toBe(usual)
    expect(withField(usual, 'count', 19)).toBe(usual)
    expect(withField(usual, 'count', 20).count).toBe(20)
  })
})

describe('measures of the lab', () => {
  const steps = [stepOf(0), stepOf(1, { expansion: 1.5, totalVariance: 3 })]
  it('are those that some variant has', () => {
    const namesOf = (of: DerivedVariant) =>
      measuredOf([of]).map(({ name, measures }) => [name, ...measures.map(({ key }) => key)])
    expect(namesOf(derived(...steps))).toEqual([
      ['How tokens move', 'totalVariance', 'expansion', 'meanLogZ', 'dirichletEnergy'],
    ])
    expect(namesOf(derived(stepOf(1, { labelPurity: 0.5 })))[1]).toEqual(['Labels', 'labelPurity'])
    expect(labMeasures.every((measure) => meaningOf(measure).length > 5)).toBe(true)
  })
  it('reach over all variants, without the rounding that is left of a point', () => {
    const collapsed = derived(stepOf(0), stepOf(1, { totalVariance: 1e-30 }))
    expect(extentOf([derived(...steps), collapsed], { key: 'totalVariance', baseline: null })).toEqual([
      2e-12, 3,
    ])
    expect(extentOf([derived(...steps)], { key: 'silhouette', baseline: null })).toBeNull()
    const labelled = derived(stepOf(1, { labelPurity: 0.5, randomLabelPurity: 0.2 }))
    expect(extentOf([labelled], { key: 'labelPurity', baseline: 'randomLabelPurity' })).toEqual([0.2, 0.5])
  })
  it('are written row by row', () => {
    const { header, rows } = measuresTable([derived(...steps)])
    expect(rows[1]!.slice(0, 4)).toEqual(['a', 1, 3, 1.5])
    expect(header.slice(0, 4)).toEqual(['variant', 'step', 'totalVariance', 'expansion'])
    expect(header.slice(-4)).toEqual(['labelPurity', 'randomLabelPurity', 'silhouette', 'randomSilhouette'])
    expect(positionsTable([derived(...steps)], [4]).rows[1]).toEqual(['a', 1, 0, 4, 0, 1])
  })
})

it('a verdict says the number, and how near to 1 it is', () => {
  const of = (ratio: number) =>
    verdictOf(standardAxes, initialSettings(), [stepOf(1, { smallestPairRatio: ratio })])
  expect(of(1.25)).toMatchObject({
    agrees: true,
    evidence: 'As derived: the smallest ratio of distances is 1.25 (step 1).',
  })
  expect(of(0.9995).evidence).toContain('which is 1 within the rounding')
  expect(of(0.5)).toMatchObject({ agrees: false })
  const normed = verdictOf(standardAxes, { ...initialSettings(), norm: 'rms' }, [])
  expect(normed).toMatchObject({ agrees: null, statement: 'Nothing is claimed here.' })
})

it('tokens are grouped by class, or by where they began', () => {
  expect(pointGroups(null, [1, 0, 1])).toEqual([[1], [0, 2]])
  const groups = pointGroups(Float32Array.from(Array.from({ length: 20 }, (_, index) => -index)), null)
  expect(groups.flat()).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  expect(groups).toHaveLength(7)
})

it('ink is what differs from the ground of an image', () => {
  const onBlack = inked(Uint8Array.from([0, 0, 255, 0, 128, 0, 0, 0, 0]), [1, 2, 3], 3)
  expect([...onBlack.subarray(8, 12)]).toEqual([1, 2, 3, 255])
  expect(onBlack[19]).toBe(128)
  const onWhite = inked(Uint8Array.from([255, 255, 0, 255, 255, 255]), [1, 2, 3], 3)
  expect([onWhite[3], onWhite[11]]).toEqual([0, 255])
})
