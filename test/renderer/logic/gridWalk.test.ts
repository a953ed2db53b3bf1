import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAt, walkGrid } from '../../../src/renderer/logic/gridWalk.ts'

const size = { rows: 2, columns: 3 }

describe('walking over a grid', () => {
  it('begins at its first cell, or where it is told to', () => {
    expect(walkGrid('ArrowDown', null, size)).toEqual({ row: 0, column: 0 })
    const start = { row: 0, column: 2 }
    expect(walkGrid('ArrowRight', null, size, { start })).toEqual(start)
  })
  it('goes where the arrow points, whichever way rows are drawn', () => {
    const from = { row: 0, column: 1 }
    expect(walkGrid('ArrowDown', from, size)).toEqual({ row: 1, column: 1 })
    expect(walkGrid('ArrowUp', from, size, { upward: true })).toEqual({ row: 1, column: 1 })
    expect(walkGrid('ArrowLeft', from, size)).toEqual({ row: 0, column: 0 })
  })
  it('ends with Escape, and leaves other keys to others', () => {
    expect(walkGrid('Escape', { row: 0, column: 1 }, size)).toBeNull()
    expect(walkGrid('Enter', null, size)).toBeUndefined()
  })
  it('never leaves the grid', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight')),
        fc.boolean(),
        (keys, upward) => {
          let cell = { row: 0, column: 0 }
          for (const key of keys) cell = walkGrid(key, cell, size, { upward })!
          expect(cell.row).toBeGreaterThanOrEqual(0)
          expect(cell.row).toBeLessThan(2)
          expect(cell.column).toBeGreaterThanOrEqual(0)
          expect(cell.column).toBeLessThan(3)
        },
      ),
    ))
})

it('the cell at a place is the nearest one', () => {
  expect(cellAt(0.5, 0.99, size)).toEqual({ row: 1, column: 1 })
  expect(cellAt(-0.1, 1, size)).toEqual({ row: 1, column: 0 })
})
