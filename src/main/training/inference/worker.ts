/** The entry of a process that answers one question about a checkpoint. See ask.ts for the other end. */
import { errorRecord } from '../../../shared/errors.ts'
import { answer } from './answer.ts'
import type { FromInference, Question } from './messages.ts'

const tell = (message: FromInference): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

process.once('message', async (question: Question) => {
  try {
    await tell({
      kind: 'answer',
      answer: await answer(question, (text) => void tell({ kind: 'text', text })),
    })
  } catch (error) {
    await tell({ kind: 'failed', error: errorRecord(error) })
  }
  process.disconnect()
})
// Whoever asked ends this process by a signal or by ending; Ctrl-C in a terminal reaches both.
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
