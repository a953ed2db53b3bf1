/** The lines of a run's log as signs and as text. */
import type { LogLine } from '../../../shared/experiment.ts'
import { stateSigns, type StateIcon } from '../states.ts'

interface Sign {
  readonly icon: StateIcon | 'circle' | 'pencil'
  readonly meaning: string
  /** Whether it should catch the eye. */
  readonly alarming: boolean
}

const alarming: ReadonlySet<LogLine['kind']> = new Set(['warning', 'failed', 'diverged', 'interrupted'])

export function signOf(kind: LogLine['kind']): Sign {
  if (kind === 'note') return { icon: 'circle', meaning: 'its trainer', alarming: false }
  if (kind === 'output') return { icon: 'pencil', meaning: 'what its process wrote', alarming: false }
  if (kind === 'warning') return { icon: 'alert', meaning: 'an alert', alarming: true }
  return { ...stateSigns[kind], alarming: alarming.has(kind) }
}

/** A line each, with tabulators between time, step, kind and message. */
export const logText = (lines: readonly LogLine[]): string =>
  lines.map(({ at, step, kind, message }) => [at, step, kind, message].join('\t')).join('\n')
