/** Curves that a file from elsewhere holds, before it is said which of them are wanted. */
import { WorkbenchError } from '../../shared/errors.ts'

export interface ReadSeries {
  readonly name: string
  /** Steps ascending, each once; values are finite. */
  readonly points: readonly (readonly [step: number, value: number])[]
}

/** What a file may hold at most. */
export const referenceLimits = {
  bytes: 1 << 30,
  points: 2_000_000,
  series: 10_000,
  /** The largest step: what a table of integers and an axis can show. */
  step: 1e12,
  nameCharacters: 200,
} as const
export type ReferenceLimits = { readonly [Name in keyof typeof referenceLimits]: number }

/** Gathers points by series. A step that comes again replaces the earlier one, as where a run was resumed. */
export function seriesCollector(file: string, limits: ReferenceLimits = referenceLimits) {
  const found = new Map<string, Map<number, number>>()
  let points = 0
  return {
    /** Passes over what is not finite. @throws WorkbenchError file-too-large, file-damaged */
    add(name: string, step: number, value: number): void {
      if (!Number.isFinite(value)) return
      if (!Number.isInteger(step) || step < 0 || step > limits.step)
        throw damagedReference(file, `it has a step ${step}, where whole numbers from 0 are expected`)
      const short = name.slice(0, limits.nameCharacters)
      let series = found.get(short)
      if (!series) {
        if (found.size === limits.series) throw tooMuch(file, `more than ${limits.series} series`)
        found.set(short, (series = new Map()))
      }
      if (++points > limits.points) throw tooMuch(file, `more than ${limits.points} points`)
      series.set(step, value)
    },
    all: (): ReadSeries[] =>
      [...found].map(([name, series]) => ({ name, points: [...series].sort(([a], [b]) => a - b) })),
  }
}

export const damagedReference = (file: string, reason: string): WorkbenchError =>
  new WorkbenchError(
    'file-damaged',
    `The curves in ${file} cannot be read: ${reason}.`,
    'A reference is a TensorBoard event file, or a CSV file with a column of steps.',
  )

const tooMuch = (file: string, what: string) =>
  new WorkbenchError('file-too-large', `${file} has ${what}, the most that is accepted.`, 'Add a part of it.')

/** What a series of another program measures, by how programs name it; undefined where its name does not tell. */
export function metricOf(name: string): string | undefined {
  const plain = name.toLowerCase()
  const isValidation = /\b(val|valid|validation|eval|evaluation|test|dev)\b/.test(plain.replaceAll('_', ' '))
  if (/acc(uracy)?\b/.test(plain))
    return isValidation || !/train/.test(plain) ? 'validation/accuracy' : undefined
  if (!/loss|cross.?entropy|nll/.test(plain)) return undefined
  if (isValidation) return 'validation/loss'
  return /train/.test(plain.replaceAll('_', ' ')) ? 'train/loss' : undefined
}
