/** The entry of a trainer process: one run, told by messages, reported by messages. See scheduler.ts for the other end. */
import { errorRecord, WorkbenchError } from '../../shared/errors.ts'
import type { FromTrainer, Report, ToTrainer } from './messages.ts'
import { train } from './trainer.ts'

const stopping = new AbortController()
/** Opened while the scheduler has no room for reports. */
let gate: PromiseWithResolvers<void> | undefined
const open = () => {
  gate?.resolve()
  gate = undefined
}
const peakBytes = () => process.resourceUsage().maxRSS * 1024

const tell = (message: FromTrainer): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

async function run(message: Extract<ToTrainer, { kind: 'start' }>): Promise<void> {
  const report = (report: Report) => void tell({ kind: 'report', ...report })
  try {
    const state = await train(message.task, report, stopping.signal, () => gate?.promise)
    await tell({ kind: 'ended', state, peakBytes: peakBytes() })
  } catch (error) {
    const diverged = error instanceof WorkbenchError && error.code === 'diverged'
    await tell({
      kind: 'ended',
      state: diverged ? 'diverged' : 'failed',
      error: errorRecord(error),
      peakBytes: peakBytes(),
    })
  }
  process.disconnect()
}

process.on('message', (message: ToTrainer) => {
  if (message.kind === 'start') void run(message)
  else if (message.kind === 'hold') gate ??= Promise.withResolvers()
  else {
    if (message.kind === 'stop') stopping.abort()
    open()
  }
})
// The scheduler ends a trainer by a message or by closing the channel; Ctrl-C in a terminal reaches both processes.
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
