import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  colourTable,
  positionOn,
  scaleOver,
  ticksOf,
  valueAt,
  type ColourScale,
} from '../../../src/renderer/charts/colourScale.ts'

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })

describe('scaleOver', () => {
  it('goes from the smallest to the largest value, and overlooks what is no number', () => {
    expect(scaleOver([2, null, 5, NaN, 3])).toEqual({
      kind: 'sequential',
      minimum: 2,
      maximum: 5,
      logarithmic: false,
    })
    expect(scaleOver([null, NaN])).toBeNull()
  })
  it('diverges as far to one side of a neutral value as to the other', () => {
    expect(scaleOver([-1, 3], { neutral: 0 })).toMatchObject({ kind: 'diverging', minimum: -3, maximum: 3 })
    expect(scaleOver([0.5, 1.5], { neutral: 1, logarithmic: true })).toMatchObject({
      kind: 'diverging',
      minimum: 0.5,
      maximum: 2,
    })
  })
  it('leaves a logarithm out where a value is not positive', () => {
    expect(scaleOver([0, 3], { logarithmic: true })).toMatchObject({ logarithmic: false })
  })
})

describe('positions', () => {
  it('give the neutral value the middle colour, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1 }),
        positive,
        fc.boolean(),
        (values, neutral, logarithmic) => {
          const scale = scaleOver(values, { neutral, logarithmic })!
          return Math.abs(positionOn(scale, neutral) - 0.5) < 1e-6
        },
      ),
      { examples: [[[0.000001], 0.0000010000000000000012, true]] },
    )
  })
  it('keep the order of the values, within 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 2 }), fc.boolean(), (values, logarithmic) => {
        const scale = scaleOver(values, { logarithmic })!
        const places = values.toSorted((a, b) => a - b).map((value) => positionOn(scale, value))
        return places.every((place, index) => place >= (places[index - 1] ?? 0) && place <= 1)
      }),
    )
  })
  it('are undone by valueAt', () => {
    for (const logarithmic of [false, true]) {
      const scale: ColourScale = { kind: 'sequential', minimum: 0.5, maximum: 8, logarithmic }
      expect(valueAt(scale, positionOn(scale, 3))).toBeCloseTo(3, 12)
    }
  })
  it('have one tick where there is one value', () => {
    expect(ticksOf(scaleOver([4, 4])!)).toEqual([{ position: 0.5, value: 4 }])
    expect(ticksOf(scaleOver([1, 100], { logarithmic: true })!).map(({ value }) => value)).toEqual([
      1, 10, 100,
    ])
  })
})

describe('colourTable', () => {
  it('runs through its colours at equal distances', () => {
    const table = colourTable(['#000000', '#ff0000', '#ffffff'], 5)
    expect([...table]).toEqual([0, 0, 0, 128, 0, 0, 255, 0, 0, 255, 128, 128, 255, 255, 255])
  })
})
