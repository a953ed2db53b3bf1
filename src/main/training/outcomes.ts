/** How a run ended, or paused, and why: in a state, with an error where there is one, and in a sentence. */
import type { ErrorRecord, Run } from '../../shared/experiment.ts'

export interface Outcome {
  readonly state: Run['state']
  readonly error: ErrorRecord | null
  readonly endReason: string
}

export const finished: Outcome = { state: 'finished', error: null, endReason: 'It did all of its steps.' }
export const stopped: Outcome = { state: 'stopped', error: null, endReason: 'It was stopped on request.' }
export const paused: Outcome = { state: 'paused', error: null, endReason: 'It was paused on request.' }

export const failed = (error: ErrorRecord, state: 'failed' | 'diverged' = 'failed'): Outcome => ({
  ...{ state, error },
  endReason: error.message,
})

/** @param what the end of a sentence about the workbench that was closed, or killed */
export function interrupted(what: string): Outcome {
  const error = {
    code: 'interrupted',
    message: `The workbench was closed ${what}.`,
    hint: 'Resume it: it continues from its last checkpoint.',
  }
  return { state: 'interrupted', error, endReason: error.message }
}

/** Of a run in one of the states that have not ended, whose process is gone. */
export function interruptedAs({ state, step, steps }: Pick<Run, 'state' | 'step' | 'steps'>): Outcome {
  return interrupted(
    state === 'queued' ? 'while this run waited in the queue' : `at step ${step} of ${steps}`,
  )
}

/** A trainer process that said nothing before it ended. */
export function unexpected(code: number | null, signal: string | null, lastWords: string): Outcome {
  const how = signal ? `by ${signal}` : `with code ${code}`
  const said = lastWords.trim().split('\n').at(-1)
  return failed({
    code: 'trainer-failed',
    message: `The trainer process ended unexpectedly ${how}${said ? `: ${said}` : ''}.`,
    hint:
      signal === 'SIGKILL'
        ? 'The system may have run out of memory: try a smaller batchSize or width.'
        : 'Resume the run; if it happens twice, please report it.',
  })
}
