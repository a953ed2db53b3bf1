/** A thread for test/main/threads.test.ts. */
import { WorkbenchError } from '../../src/shared/errors.ts'
import { answerQuestions } from '../../src/main/threads.ts'

export type Question =
  | { kind: 'double'; numbers: Float64Array<ArrayBuffer>; afterMs: number }
  | { kind: 'refuse' }
  | { kind: 'end' }

answerQuestions<Question, Float64Array<ArrayBuffer>>(
  async (question) => {
    if (question.kind === 'refuse') throw new WorkbenchError('file-empty', 'What.', 'Next step.')
    if (question.kind === 'end') process.exit(3)
    await new Promise((resolve) => setTimeout(resolve, question.afterMs))
    return question.numbers.map((number) => 2 * number)
  },
  (numbers) => [numbers.buffer],
)
