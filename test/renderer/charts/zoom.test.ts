import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutLine, dragged, moved, zoomed } from '../../../src/renderer/charts/zoom.ts'

const whole = [0, 200] as const
const places = [0, 50, 100, 150, 200]

describe('dragging over an axis', () => {
  it('shows that part, whichever way it was dragged', () => {
    expect(dragged([160, 40], whole, places)).toEqual([40, 160])
    expect(dragged([-30, 60], whole, places)).toEqual([0, 60])
  })
  it('shows two places at least', () => expect(dragged([110, 120], whole, places)).toEqual([100, 150]))
  it('shows the whole axis where it is all of it, or where there is nothing', () => {
    expect(dragged([-5, 300], whole, places)).toBeNull()
    expect(dragged([10, 10], whole, [])).toBeNull()
  })
})

describe('coming nearer', () => {
  const nearer = { place: 100, factor: 0.5, isLogarithmic: false }
  it('keeps the place where it is', () => expect(zoomed(whole, whole, nearer, places)).toEqual([50, 150]))
  it('and going back ends with the whole axis', () =>
    expect(zoomed([50, 150], whole, { ...nearer, factor: 2 }, places)).toBeNull())
  it('goes by ratios on a logarithmic axis', () => {
    const [first, last] = zoomed([1, 10_000], [1, 10_000], { ...nearer, isLogarithmic: true }, [20, 500])!
    expect(first).toBeCloseTo(10)
    expect(last).toBeCloseTo(1000)
  })
})

describe('moving along an axis', () => {
  it('goes by a share of what is shown, to its end', () => {
    expect(moved([50, 100], whole, 0.5, false)).toEqual([75, 125])
    expect(moved([50, 100], whole, 10, false)).toEqual([150, 200])
    expect(moved([50, 100], whole, -10, false)).toEqual([0, 50])
  })
  it('stays within it, and as wide', () =>
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (share) => {
        const [first, last] = moved([50, 80], whole, share, false)
        expect(first).toBeGreaterThanOrEqual(-1e-9)
        expect(last).toBeLessThanOrEqual(200 + 1e-9)
        expect(last - first).toBeCloseTo(30)
      }),
    ))
})

it('a line is cut where it leaves what is shown, even between two of its points', () => {
  const line = [[0, 0], [100, 10]] as const // prettier-ignore
  expect(cutLine(line, [0, 100])).toEqual([[0, 0], [100, 10]]) // prettier-ignore
  expect(cutLine(line, [20, 40])).toEqual([[20, 2], [40, 4]]) // prettier-ignore
  expect(cutLine(line, [200, 300])).toEqual([])
})
