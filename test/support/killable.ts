/**
 * The workbench as a process that can be killed at any moment: trains three tiny runs per seed in the home that it is given,
 * takes up again whatever was cut short, and ends when every run has finished.
 * Arguments: the home, the text to train on, the seeds with commas between them.
 */
import { createScheduler } from '../../src/main/training/scheduler.ts'
import { createWorkbench } from '../../src/main/workbench.ts'
import { appliesTo, type ConfigurationKey, type Run } from '../../src/shared/experiment.ts'
import { tinyConfiguration } from './dataset.ts'

const [home, text, seeds] = process.argv.slice(2) as [string, string, string]
const workbench = await createWorkbench({
  home,
  createScheduler: (options) => createScheduler({ ...options, checkpointIntervalMs: 100 }),
})
const { api } = workbench
const overrides = Object.fromEntries(
  Object.entries({
    ...tinyConfiguration,
    ...{ steps: 600, evaluationInterval: 200, statistics: 'mean-norm', probeTokens: 32 },
  }).filter(([key]) => appliesTo('text', key as ConfigurationKey)),
)

async function settle(): Promise<void> {
  const runs = await api.listRuns({})
  if (runs.some(({ state }) => state !== 'finished')) return
  await workbench.close()
  process.exit()
}
const isCutShort = (run: Run) => ['failed', 'interrupted', 'stopped'].includes(run.state)
api.subscribe('runChanged', (run) => {
  if (isCutShort(run)) void api.resumeRun({ id: run.id })
  else if (run.state === 'finished') void settle()
})
const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
const earlier = await api.listRuns({})
for (const run of earlier.filter(isCutShort)) await api.resumeRun({ id: run.id })
const known = new Set(earlier.map(({ seed }) => seed))
for (const seed of seeds.split(',').map(Number))
  if (!known.has(seed))
    await api.startExperiment({
      dataset: dataset.id,
      attentions: ['standard', 'laplacian', 'exponential-family'],
      seeds: [seed],
      recipe: 'quick',
      overrides,
      device: 'cpu',
    })
await settle()
