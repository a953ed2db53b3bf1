/** The entry of a process that examines one dataset: it reads all of it, which takes minutes where it is large. */
import { errorRecord } from '../../../shared/errors.ts'
import { examineImages } from './images.ts'
import type { ExaminationTask, FromExamination } from './messages.ts'
import { examineText } from './text.ts'

const tell = (message: FromExamination): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

process.once('message', async ({ folder, kind }: ExaminationTask) => {
  try {
    const health = await (kind === 'text' ? examineText(folder) : examineImages(folder))
    await tell({ kind: 'examined', health })
  } catch (error) {
    await tell({ kind: 'failed', error: errorRecord(error) })
  }
  process.disconnect()
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; who asked ends this process
