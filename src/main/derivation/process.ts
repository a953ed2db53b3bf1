/** Derives in a process of its own and waits for its answer. */
import { fork } from 'node:child_process'
import { WorkbenchError, type ErrorCode } from '../../shared/errors.ts'
import { derivationFile } from '../paths.ts'
import type { DerivationAnswer, DerivationTask, FromDerivation } from './messages.ts'

/**
 * @param signal ends the process; the promise is then rejected with its reason
 * @throws WorkbenchError as derive.ts and images.ts, or derivation-failed where the process dies
 */
export function deriveApart(task: DerivationTask, signal: AbortSignal): Promise<DerivationAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = fork(derivationFile, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let lastWords = ''
    child
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)))
    const end = () => {
      child.kill('SIGKILL') // it writes nothing: there is nothing to finish
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
    child.on('message', (message: FromDerivation) => {
      if (message.kind === 'derived') resolve(message.answer)
      else
        reject(new WorkbenchError(message.error.code as ErrorCode, message.error.message, message.error.hint))
    })
    child.on('error', reject)
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', end)
      reject(died(by ?? `code ${code}`, lastWords)) // of no effect where there was an answer
    })
    child.send(task)
  })
}

function died(how: string, lastWords: string): WorkbenchError {
  const said = lastWords.trim().split('\n').at(-1)
  return new WorkbenchError(
    'derivation-failed',
    `The process of the derivation ended unexpectedly with ${how}${said ? `: ${said}` : ''}.`,
    'The system may have run out of memory: ask for fewer tokens, or for tokens of a smaller width.',
  )
}
