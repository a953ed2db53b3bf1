/** Classes of the rows of tables: integers, integers with names in the file, or names. */
import { displayName } from '../../names.ts'
import type { Cell } from './table.ts'

export interface Labels {
  /** Hears every label before the first is asked for; absent where that is not needed. */
  readonly see?: (cell: Cell) => void
  /** The class of a label as an integer; undefined where it names none. */
  valueOf(cell: Cell): number | undefined
  nameOf(value: number): string
}

/** `classNames` are the names that integers stand for, where the file has them. */
export function integerLabels(classNames: readonly string[] | undefined): Labels {
  return {
    valueOf(cell) {
      const value = typeof cell === 'string' ? Number(cell) : cell
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined
      return classNames && classNames[value] === undefined ? undefined : value
    },
    nameOf: (value) => displayName(classNames?.[value], String(value)),
  }
}

/** Integers stand for the names in their order, whatever order the rows are in. */
export function namedLabels(): Labels {
  const seen = new Set<string>()
  let names: string[] | undefined
  let values: Map<string, number> | undefined
  const nameOf = (cell: Cell) =>
    cell === null || cell instanceof Uint8Array ? '' : String(cell ?? '').trim()
  const sorted = () => (names ??= [...seen].sort())
  return {
    see(cell) {
      const name = nameOf(cell)
      if (name !== '') seen.add(name)
    },
    valueOf(cell) {
      values ??= new Map(sorted().map((name, value) => [name, value]))
      return values.get(nameOf(cell))
    },
    nameOf: (value) => displayName(sorted()[value]),
  }
}
