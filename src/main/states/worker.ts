/** The entry of the thread that reads kept states: see thread.ts for the other end. Questions are answered in turn. */
import { parentPort } from 'node:worker_threads'
import { errorRecord } from '../../shared/errors.ts'
import { answer } from './answer.ts'
import type { Answered, Asked } from './messages.ts'

async function tell({ number, question }: Asked): Promise<void> {
  let result: Answered['result']
  try {
    result = { answer: await answer(question) }
  } catch (error) {
    result = { error: errorRecord(error) }
  }
  parentPort!.postMessage({ number, result } satisfies Answered)
}

let turn = Promise.resolve()
parentPort!.on('message', (asked: Asked) => {
  turn = turn.then(() => tell(asked))
})
