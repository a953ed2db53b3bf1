/** One command's use of the workbench: opened, interrupted by Ctrl-C, and always closed. */
import { errorRecord, WorkbenchError } from '../../../shared/errors.ts'
import { homeFolder } from '../../paths.ts'
import { createWorkbench, type Workbench } from '../../workbench.ts'
import { note } from './output.ts'

/** Exit codes of design §6. */
export const exitCodes = { done: 0, failed: 1, badUsage: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** npm and the launcher forward signals that the terminal has sent already: only a later one means "at once". */
const repeatMs = 1000

/** A signal that aborts at Ctrl-C and when the process is told to end; a second Ctrl-C ends the process at once. */
export function catchInterrupts(): { signal: AbortSignal; release(): void } {
  const abort = new AbortController()
  let first = 0
  const interrupt = () => {
    if (!abort.signal.aborted) {
      first = performance.now()
      abort.abort(interrupted())
    } else if (performance.now() - first > repeatMs) process.exit(exitCodes.interrupted)
  }
  for (const signal of signals) process.on(signal, interrupt)
  return {
    signal: abort.signal,
    release: () => signals.forEach((signal) => process.off(signal, interrupt)),
  }
}

/** Opens the workbench for `use`, and closes it whatever happens. */
export async function withWorkbench<Result>(
  options: { home?: string },
  use: (workbench: Workbench, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, release } = catchInterrupts()
  try {
    const workbench = await createWorkbench({ home: homeFolder(options.home) })
    try {
      for (const { message, hint } of await workbench.api.readNotices({})) note(`${message} ${hint}`)
      return await use(workbench, signal)
    } finally {
      await workbench.close()
    }
  } finally {
    release()
  }
}

function interrupted(): WorkbenchError {
  return new WorkbenchError('interrupted', 'Interrupted.', '')
}

/** The result of `work`, or a rejection as soon as the signal aborts. */
export function orInterrupted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as WorkbenchError)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function exitCodeOf(error: unknown): ExitCode {
  return errorRecord(error).code === 'interrupted' ? exitCodes.interrupted : exitCodes.failed
}
