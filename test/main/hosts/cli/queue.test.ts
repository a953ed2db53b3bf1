/** Commands about runs that exist: finding, labelling, comparing, copying, deleting; and what a run would take. */
import { beforeAll, expect, it } from 'vitest'
import { runCli, runJson, temporaryFolder, tiny } from './cli.ts'

const home = temporaryFolder()
const small = [...tiny, '--set', 'statistics=none', '--set', 'sampleTokens=0', '--device', 'cpu']
let run: { id: string; experiment: string; parameters: number }
beforeAll(async () => {
  const { document } = await runJson(
    home,
    ...['train', '--dataset', 'tinyshakespeare', '--attention', 'standard', '--steps', '5', ...small],
  )
  run = document.run
})

it('says what a comparison would take, and what of it exists, without training', async () => {
  const asked = [
    '--dataset',
    'tinyshakespeare',
    '--attention',
    'standard,laplacian',
    '--steps',
    '5',
    ...small,
  ]
  const { document, code } = await runJson(home, 'compare', ...asked, '--dry-run')
  expect(code).toBe(0)
  expect(document.runs).toHaveLength(2)
  expect(document.duplicates).toMatchObject([
    { attention: 'standard', seed: 0, run: run.id, state: 'finished' },
  ])
  expect(document.estimate.missing).toEqual([])
  expect(document.estimate.devices).toMatchObject([{ device: 'cpu', source: 'run' }])
  expect(document.parameters).toEqual([
    { attention: 'standard', count: run.parameters },
    { attention: 'laplacian', count: run.parameters },
  ])
  expect(document.estimate.variants.map(({ source }: { source: string }) => source)).toEqual(['run', 'trial'])
  expect(document.estimate.peakBytes).toBeGreaterThan(1e6)
  expect((await runJson(home, 'runs')).document).toHaveLength(1)
})

it('copies a run with other values, says in what they differ, and finds them by it', async () => {
  const { document, code } = await runJson(
    home,
    'clone',
    run.id,
    '--set',
    'learningRate=0.003',
    '--seed',
    '4',
  )
  expect(code).toBe(0)
  expect(document.run).toMatchObject({ state: 'finished', seed: 4, step: 5 })
  const other = document.run.id as string
  const { document: diff } = await runJson(home, 'diff', run.id, other)
  expect(diff.differences).toEqual([
    { key: 'seed', values: [0, 4] },
    { key: 'learningRate', values: [0.01, 0.003] },
  ])
  const found = await runJson(home, 'runs', '--filter', 'learningRate<0.005', '--search', 'shakespeare')
  expect(found.document.map(({ id }: { id: string }) => id)).toEqual([other])
  expect((await runCli(home, 'runs', '--filter', 'learningRat<1')).stderr).toContain(
    'Did you mean "learningRate"?',
  )
})

it('labels runs and experiments, and takes labels away again', async () => {
  const labelled = await runJson(home, 'label', run.id, '--name', 'first', '--tag', 'a', '--tag', 'b')
  expect(labelled.document.run).toMatchObject({ name: 'first', tags: ['a', 'b'] })
  expect((await runJson(home, 'runs', '--tag', 'b')).document).toHaveLength(1)
  const bare = await runJson(home, 'label', run.id, '--name', '', '--no-tag')
  expect(bare.document.run).toMatchObject({ name: null, tags: [] })
  const refused = await runJson(home, 'label', run.experiment, '--colour', 'red')
  expect([refused.code, refused.document.error.code]).toEqual([1, 'invalid-request'])
})

it('names the samples of a step', async () => {
  const { document } = await runJson(home, 'batch', run.id, '--step', '2')
  expect(document).toMatchObject({ step: 2, offsets: expect.any(Array) as number[] })
  expect(document.offsets).toHaveLength(4)
  expect(document.texts.map((text: string) => text.length)).toEqual([16, 16, 16, 16])
  expect((await runJson(home, 'batch', run.id, '--step', '5')).code).toBe(1)
})

it('tells what a run went through, by itself and with everything else', async () => {
  const { log } = (await runJson(home, 'show', run.id, '--log')).document
  const kinds = log.map(({ kind }: { kind: string }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['preparing', 'note', 'running']))
  expect(kinds.at(-1)).toBe('finished')
  const { document } = await runJson(home, 'show', run.id)
  expect(document.log).toEqual(log)
  expect(document.checkpoints).toMatchObject([{ kind: 'regular', step: 5 }, { kind: 'best' }])
})

it('deletes an experiment with its runs, and restores it', async () => {
  await runJson(home, 'experiment', 'delete', run.experiment)
  expect((await runJson(home, 'show', run.id)).document.error.code).toBe('unknown-run')
  expect((await runJson(home, 'experiments', '--deleted')).document).toMatchObject([{ id: run.experiment }])
  await runJson(home, 'experiment', 'restore', run.experiment)
  expect((await runJson(home, 'show', run.id)).document.run).toMatchObject({
    ...{ state: 'finished', endReason: 'It did all of its steps.', requestedDevice: 'cpu' },
    configurationHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    trainedOn: { name: 'tinyshakespeare', tokenizer: 'character', vocabulary: 65, split: { by: 'position' } },
    peakBytes: expect.any(Number) as number,
    deviceDescription: expect.any(String) as string,
  })
})

it('shows an empty queue, and sets how many runs share the cores', async () => {
  expect((await runCli(home, 'queue')).stdout).toBe('Nothing trains and nothing waits.\n')
  expect((await runJson(home, 'queue', 'concurrency', '2')).document).toMatchObject({ concurrency: 2 })
  expect((await runJson(home, 'queue', 'concurrency', 'auto')).document).toMatchObject({ concurrency: null })
  expect((await runCli(home, 'resume')).code).toBe(2)
})
