/** Cells of a grid, by pointer and by arrow keys. Pure: what is drawn knows its own names for rows and columns. */

export interface GridCell {
  row: number
  column: number
}

export interface GridSize {
  rows: number
  columns: number
}

const inside = (index: number, count: number) => Math.min(count - 1, Math.max(0, index))

/** The cell at a place of the grid, from 0 at its left and upper edges to 1; beyond them the nearest one. */
export const cellAt = (across: number, down: number, { rows, columns }: GridSize): GridCell => ({
  row: inside(Math.floor(down * rows), rows),
  column: inside(Math.floor(across * columns), columns),
})

const moves: Record<string, readonly [down: number, across: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/**
 * Where a key leads: an arrow to the next cell, or to `start` from no cell; Escape to none.
 * @param upward whether the first row is the lowest one
 * @returns undefined for every other key
 */
export function walkGrid(
  key: string,
  from: GridCell | null,
  { rows, columns }: GridSize,
  { start = { row: 0, column: 0 }, upward = false } = {},
): GridCell | null | undefined {
  if (key === 'Escape') return null
  const move = moves[key]
  if (!move) return undefined
  if (!from) return start
  const [down, across] = move
  return {
    row: inside(from.row + (upward ? -down : down), rows),
    column: inside(from.column + across, columns),
  }
}
