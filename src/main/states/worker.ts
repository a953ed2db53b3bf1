/** The entry of the thread that reads kept states: see thread.ts for the other end. */
import { answerQuestions } from '../threads.ts'
import { answer } from './answer.ts'

answerQuestions(answer)
