/** The entry of a process that derives once: the engine is large, and its work blocks a thread. process.ts starts it. */
import { errorRecord } from '../../shared/errors.ts'
import { openCpu } from '../engine/devices/cpu.ts'
import { derive } from './derive.ts'
import { imageCloud } from './images.ts'
import type { DerivationAnswer, DerivationTask, FromDerivation } from './messages.ts'
import { pointCloud } from './points.ts'

async function answer({
  variants,
  settings,
  datasetFolder,
  threads,
}: DerivationTask): Promise<DerivationAnswer> {
  const { source, count, seed, scale, steps } = settings
  const tokens =
    source.kind === 'points'
      ? pointCloud(source.shape, count, seed)
      : imageCloud(datasetFolder!, count, source.width, seed)
  const derivation = await derive(openCpu(threads), { variants, tokens, scale, steps, settings })
  return { labels: tokens.labels && [...tokens.labels], items: tokens.items && [...tokens.items], derivation }
}

const tell = (message: FromDerivation): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

process.once('message', async (task: DerivationTask) => {
  try {
    await tell({ kind: 'derived', answer: await answer(task) })
  } catch (error) {
    await tell({ kind: 'failed', error: errorRecord(error) })
  }
  process.disconnect()
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; who asked ends this process
