import { describe, expect, it } from 'vitest'
import {
  extentOf,
  gridOf,
  measuredSteps,
  overTime,
  pathOf,
  profileOf,
  type LayerValue,
} from '../../../../src/renderer/logic/hidden/values.ts'

const value = (
  attention: string,
  layer: number | null,
  step: number,
  mean: number | null,
  sd: number | null = null,
): LayerValue => ({ attention, layer, step, mean, sd, count: sd === null ? 1 : 2 })

const values = [
  value('standard', 1, 0, 4, 1),
  value('standard', 0, 0, 2, 0.5),
  value('standard', 0, 50, 6),
  value('standard', 1, 50, null),
  value('laplacian', null, 0, 9),
]
const grid = gridOf(values, [0, 50, 100])

describe('gridOf', () => {
  it('orders layers and steps, with those to come and with what belongs to no block first', () => {
    expect(grid.layers).toEqual([null, 0, 1])
    expect(grid.steps).toEqual([0, 50, 100])
    expect(measuredSteps(values)).toEqual([0, 50])
  })
  it('finds a value by its variant, layer and step', () => {
    expect(grid.find('standard', 1, 0)?.mean).toBe(4)
    expect(grid.find('laplacian', null, 0)?.mean).toBe(9)
    expect(grid.find('laplacian', 0, 0)).toBeUndefined()
  })
})

describe('profileOf', () => {
  it('leaves out what is not defined, and has a band of one standard deviation', () => {
    expect(profileOf(grid, 'standard', 0)).toEqual({
      steps: [1, 2],
      mean: [2, 4],
      lower: [1.5, 3],
      upper: [2.5, 5],
      count: [2, 2],
    })
    expect(profileOf(grid, 'standard', 50)).toMatchObject({ steps: [1], mean: [6], lower: [6], upper: [6] })
  })
})

describe('extentOf', () => {
  it('holds every value of every step with its band', () => expect(extentOf(values)).toEqual([1.5, 9]))
  it('stays above zero for a logarithm', () => {
    const wide = [value('standard', 0, 0, 1, 2), value('standard', 1, 0, 4, 1)]
    expect(extentOf(wide)).toEqual([-1, 5])
    expect(extentOf(wide, { positive: true })).toEqual([1, 5])
  })
  it('is unknown where nothing is defined', () =>
    expect(extentOf([value('standard', 0, 0, null)])).toBeNull())
})

describe('paths', () => {
  it('take one layer, or the mean over the layers that are defined', () => {
    expect([...overTime(grid, 'standard', 0)]).toEqual([
      [0, 2],
      [50, 6],
    ])
    expect([...overTime(grid, 'standard', 'mean')]).toEqual([
      [0, 3],
      [50, 6],
    ])
  })
  it('take what there is where a statistic does not have the layer', () =>
    expect([...overTime(gridOf([value('laplacian', null, 0, 9)]), 'laplacian', 3)]).toEqual([[0, 9]]))
  it('have a point for every step at which both statistics are defined', () => {
    const other = gridOf([value('standard', 0, 50, 1), value('standard', 0, 100, 2)])
    expect(pathOf('standard', other, grid, 0)).toEqual([{ step: 50, across: 1, up: 6 }])
  })
})
