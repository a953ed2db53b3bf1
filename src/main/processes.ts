/** Work that blocks a thread, or may die, in a process of its own that is given one task and says one answer. */
import { fork, type SerializationType } from 'node:child_process'
import type { WorkbenchError } from '../shared/errors.ts'

export interface Errand<Message, Answer> {
  /** The entry of the process, from paths.ts. */
  readonly file: string
  /** The one message that it is given. */
  readonly task: object
  readonly serialization?: SerializationType
  /** Ends the process; the promise is then rejected with its reason. */
  readonly signal: AbortSignal
  /** The answer, where a message is one; throws what the process says that it failed with. */
  readonly answerOf: (message: Message) => { answer: Answer } | undefined
  /** @param how the process ended without an answer: by which code or signal, and its last words */
  readonly died: (how: string) => WorkbenchError
}

export function inProcess<Message, Answer>(errand: Errand<Message, Answer>): Promise<Answer> {
  const { file, task, serialization = 'json', signal, answerOf, died } = errand
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = fork(file, { serialization, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let lastWords = ''
    child
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)))
    const end = () => {
      child.kill('SIGKILL') // it writes nothing: there is nothing to finish
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', end, { once: true })
    child.on('message', (message: Message) => {
      if (signal.aborted) return
      try {
        const found = answerOf(message)
        if (found) resolve(found.answer)
      } catch (error) {
        reject(error as Error)
      }
    })
    child.on('error', reject)
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', end)
      const said = lastWords.trim().split('\n').at(-1)
      reject(died(`${by ?? `code ${code}`}${said ? `: ${said}` : ''}`)) // of no effect where there was an answer
    })
    child.send(task)
  })
}
