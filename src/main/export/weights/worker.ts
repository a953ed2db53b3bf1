/** The entry of a process that writes the weights of one run. See ask.ts for the other end. */
import { errorRecord } from '../../../shared/errors.ts'
import type { FromWeightWriter, WeightTask } from './messages.ts'
import { writeWeights } from './write.ts'

const tell = (message: FromWeightWriter): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

process.once('message', async (task: WeightTask) => {
  try {
    await tell({ kind: 'written', files: await writeWeights(task) })
  } catch (error) {
    await tell({ kind: 'failed', error: errorRecord(error) })
  }
  process.disconnect()
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // whoever asked ends it
