import { describe, expect, it } from 'vitest'
import { axisKinds, axisOf, endOf, placed, type AxisKind } from '../../../src/renderer/charts/axis.ts'
import { smoothingAt, smoothingPlace, smoothingPlaces } from '../../../src/renderer/logic/smoothing.ts'
import { aRun } from '../../main/store/records.ts'

const run = aRun({
  operations: { forward: 1e9, backward: 2e9, optimizer: 5e8 },
  ...{ steps: 100, seconds: 8, etaSeconds: 12 },
})
const configuration = { ...run.configuration, batchSize: 4, context: 8 }
const bucket = (step: number, seconds?: number) => ({
  ...{ step, minimum: 1, maximum: 3, last: 2 },
  ...(seconds !== undefined && { seconds }),
})
const places = (kind: AxisKind, data: 'text' | 'images' = 'text') =>
  placed([bucket(0), bucket(10, 3)], kind, { ...run, configuration }, data, 640).map(({ step }) => step)
const ends = (kind: AxisKind) => endOf(kind, { ...run, configuration }, 'text', 640)

describe('the horizontal axis', () => {
  it('counts steps, tokens, images, epochs, seconds and operations', () => {
    expect(places('step')).toEqual([0, 10])
    expect(places('samples')).toEqual([0, 320])
    expect(places('samples', 'images')).toEqual([0, 40])
    expect(places('epochs')).toEqual([0, 0.5])
    expect(places('operations')).toEqual([0, 3.5e10])
    expect(places('time')).toEqual([3]) // the first point has no time
  })

  it('ends where the run is expected to', () => {
    expect(axisKinds.map(ends)).toEqual([100, 3200, 5, 20, 3.5e11])
  })

  it('has no place for a run that does not say what it needs', () => {
    const older = { ...run, operations: null }
    expect(placed([bucket(10)], 'operations', older, 'text', 640)).toEqual([])
    expect(placed([bucket(10)], 'epochs', run, 'text', null)).toEqual([])
    expect(endOf('operations', older, 'text', 640)).toBe(0)
  })

  it('writes places with their units', () => {
    expect(axisOf('step', 'text').format(1200)).toBe('step 1,200')
    expect(axisOf('samples', 'images').format(2_500_000)).toBe('2.5 M images')
    expect(axisOf('operations', 'text').format(3.5e11)).toBe('350 GFLOP')
    expect(axisOf('operations', 'text').format(12)).toBe('12 FLOP')
    expect(axisOf('epochs', 'text').format(0.25)).toBe('epoch 0.25')
    expect(axisOf('samples', 'text').label).toBe('Tokens')
  })
})

describe('the smoothing slider', () => {
  it('goes from none to ten thousand points, and finds its places again', () => {
    expect(smoothingAt(0)).toBe(0)
    expect(smoothingAt(smoothingPlaces)).toBeCloseTo(1 - 1e-4, 12)
    for (let place = 0; place <= smoothingPlaces; place++)
      expect(smoothingPlace(smoothingAt(place))).toBe(place)
  })
})
