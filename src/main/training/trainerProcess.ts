/** A trainer in a process of its own: started with a task, told by messages, and how it ended. Its entry: worker.ts. */
import { fork } from 'node:child_process'
import readline from 'node:readline'
import { errorRecord } from '../../shared/errors.ts'
import { trainerFile } from '../paths.ts'
import type { FromTrainer, Report, ToTrainer, TrainingTask } from './messages.ts'
import { failed, finished, stopped, unexpected, type Outcome } from './outcomes.ts'

export interface TrainerProcess {
  /** Of no effect where it has ended. */
  tell(kind: 'stop' | 'hold' | 'go'): void
  kill(): void
  /** Never rejected. `peakBytes` is null where it died. */
  readonly ended: Promise<{ outcome: Outcome; peakBytes: number | null }>
}

/** The most lines that a process is listened to, and of a line the most characters. */
const mostLines = 1000
const longestLine = 2000

/**
 * @param onReport hears every report, in order, before `ended` is resolved
 * @param onOutput hears the lines that the process writes, such as warnings of ONNX Runtime, likewise
 */
export function startTrainer(
  task: TrainingTask,
  onReport: (report: Report) => void,
  onOutput: (line: string) => void,
): TrainerProcess {
  const child = fork(trainerFile, { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let lines = 0
  for (const stream of [child.stdout!, child.stderr!])
    readline.createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '' || ++lines > mostLines + 1) return
      onOutput(lines > mostLines ? 'What it writes from here on is not kept.' : line.slice(0, longestLine))
    })
  let lastWords = ''
  child
    .stderr!.setEncoding('utf8')
    .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)))
  const tell = (message: ToTrainer) => {
    if (child.connected) child.send(message, () => undefined) // it may end in this moment
  }
  const ended = new Promise<{ outcome: Outcome; peakBytes: number | null }>((resolve) => {
    let outcome: Outcome | undefined
    let peakBytes: number | null = null
    child.on('message', (message: FromTrainer) => {
      if (message.kind === 'report') return onReport(message)
      peakBytes = message.peakBytes
      if ('error' in message) outcome = failed(message.error, message.state)
      else outcome = message.state === 'finished' ? finished : stopped
    })
    child.on('error', (error) => (outcome ??= failed(errorRecord(error))))
    child.on('close', (code, signal) =>
      resolve({ outcome: outcome ?? unexpected(code, signal, lastWords), peakBytes }),
    )
  })
  tell({ kind: 'start', task })
  return { tell: (kind) => tell({ kind }), kill: () => child.kill('SIGKILL'), ended }
}
