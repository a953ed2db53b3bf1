/** The configurations of some runs beside each other: what differs in words, and what is equal, to be folded away. */
import { choicesOf } from '../../../shared/attention.ts'
import type { Run } from '../../../shared/experiment.ts'
import { configurationRows, differs } from '../../../shared/runFilter.ts'
import { formatSetting, unknown } from '../format.ts'
import { datasetName } from './columns.ts'

export interface DifferenceRow {
  readonly key: string
  /** In the order of the runs. */
  readonly values: readonly string[]
}

export interface Difference {
  readonly different: readonly DifferenceRow[]
  /** With the one value that all have. */
  readonly equal: readonly { key: string; value: string }[]
}

/** What is not a plain value of the configuration, in words. */
const words: Readonly<Record<string, (run: Run) => string>> = {
  axes: (run) =>
    Object.entries(choicesOf(run.axes))
      .map(([axis, choice]) => `${axis} ${typeof choice === 'object' ? JSON.stringify(choice) : choice}`)
      .join(', ') || 'all neutral',
  // Names may be given twice: what decides is the content, so a little of its hash stands beside them.
  dataset: (run) => `${datasetName(run)}${run.trainedOn ? ` (${run.trainedOn.sha256.slice(0, 8)})` : ''}`,
  versions: (run) =>
    Object.entries(run.versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(', '),
}

export function differenceOf(runs: readonly Run[]): Difference {
  const written = configurationRows(runs).map((row) => ({
    key: row.key,
    differs: differs(row),
    values: row.values.map(
      (value, index) => words[row.key]?.(runs[index]!) ?? (value === null ? unknown : formatSetting(value)),
    ),
    known: row.values.some((value) => value !== null),
  }))
  return {
    different: written.filter((row) => row.differs).map(({ key, values }) => ({ key, values })),
    equal: written
      .filter((row) => !row.differs && row.known)
      .map(({ key, values }) => ({ key, value: values[0]! })),
  }
}
