/** Asks a question about a checkpoint in a process of its own: the engine is large, and its work blocks a thread. */
import { fork } from 'node:child_process'
import { WorkbenchError, type ErrorCode } from '../../../shared/errors.ts'
import { inferenceFile } from '../../paths.ts'
import type { Answer, FromInference, Question } from './messages.ts'

/**
 * @param onText hears a text grow
 * @param signal ends the process; the promise is then rejected with its reason
 * @throws WorkbenchError as answer.ts, or inference-failed where the process dies
 */
export function ask<Wanted extends Question['wanted']>(
  question: Question & { readonly wanted: Wanted },
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Answer<Wanted['kind']>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = fork(inferenceFile, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let lastWords = ''
    child
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)))
    const end = () => {
      child.kill('SIGKILL') // it writes nothing: there is nothing to finish
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
    child.on('message', (message: FromInference) => {
      if (signal.aborted) return
      if (message.kind === 'text') onText(message.text)
      else if (message.kind === 'answer') resolve(message.answer as Answer<Wanted['kind']>)
      else reject(thrown(message.error))
    })
    child.on('error', reject)
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', end)
      reject(diedError(by ?? `code ${code}`, lastWords)) // of no effect where there was an answer
    })
    child.send(question)
  })
}

const thrown = ({ code, message, hint }: { code: string; message: string; hint: string }): WorkbenchError =>
  new WorkbenchError(code as ErrorCode, message, hint)

function diedError(how: string, lastWords: string): WorkbenchError {
  const said = lastWords.trim().split('\n').at(-1)
  return new WorkbenchError(
    'inference-failed',
    `The process of the model ended unexpectedly with ${how}${said ? `: ${said}` : ''}.`,
    'The system may have run out of memory: end what else is training, and try again.',
  )
}
