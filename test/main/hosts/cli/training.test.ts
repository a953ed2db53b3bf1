/** train, compare, show, runs and stop, with trainers of their own. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { attentionAxesSchema } from '../../../../src/shared/attention.ts'
import { comparisonSchema } from '../../../../src/shared/comparison.ts'
import { runConfigurationSchema, runSchema, type Run } from '../../../../src/shared/experiment.ts'
import { repeatable } from '../../../support/repeatable.ts'
import { runCli, runJson, startCli, temporaryFolder, tiny, type Running } from './cli.ts'

const home = temporaryFolder()
const text = path.join(temporaryFolder(), 'text.txt')
fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(200))

const runRecord = runSchema.omit({ configuration: true })
const documentedRun = [
  'id',
  'attention',
  'seed',
  'state',
  'device',
  'parameters',
  'steps',
  'bestValidation',
  'lastValidation',
  'tokensPerSecond',
  'seconds',
]

describe('train', () => {
  it('trains a path to the end, and show gives the run, its configuration and every point', async () => {
    const train = [
      'train',
      '--dataset',
      text,
      '--attention',
      'laplacian',
      ...tiny,
      '--steps',
      '20',
      '--seed',
      '7',
    ]
    const { code, stderr, document } = await runJson(home, ...train)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.keys(document as object)).toEqual(['run'])
    expect(Object.keys(document.run as object)).toEqual(expect.arrayContaining(documentedRun))
    const run = runRecord.parse(document.run)
    expect(run).toMatchObject({
      attention: 'laplacian',
      seed: 7,
      state: 'finished',
      step: 20,
      steps: 20,
      device: 'cpu',
    })
    expect(run.bestValidation!.loss).toBeGreaterThan(0)
    expect(run.parameters).toBeGreaterThan(0)

    const { document: shown } = await runJson(home, 'show', run.id)
    expect(shown.run).toEqual(document.run)
    expect(runConfigurationSchema.parse(shown.configuration)).toMatchObject({
      width: 16,
      layers: 1,
      steps: 20,
    })
    const validation = shown.series['validation/loss'] as [number, number][]
    expect(validation.at(-1)).toEqual([20, run.lastValidation!.loss])
    expect(shown.series['train/loss'].length).toBeGreaterThan(0)

    const { stdout } = await runCli(home, 'show', run.id)
    expect(stdout).toMatch(/attention +laplacian/)
    expect(stdout).toMatch(/validation\/loss +\d+/)
  })
})

describe('train on images', () => {
  const small = ['layers=1', 'width=16', 'patchSize=14', 'batchSize=16', 'evaluationInterval=3']
  const images = ['--dataset', 'mnist-sample', '--steps', '6', ...small.flatMap((set) => ['--set', set])]

  it('takes the recipe for images, and says accuracy and images per second', async () => {
    const own = temporaryFolder()
    const { code, stderr, document } = await runJson(
      own,
      ...['train', ...images, '--attention', 'symmetric-laplacian'], // which text would refuse
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const run = runRecord.parse(document.run)
    expect(run).toMatchObject({ recipe: 'vit-mnist', state: 'finished', step: 6, tokensPerSecond: null })
    expect(run.imagesPerSecond).toBeGreaterThan(0)
    expect(run.axes.normaliser).toBe('symmetric')
    const { accuracy, loss } = run.bestValidation!
    expect(accuracy).toBeGreaterThan(0)
    expect(accuracy).toBeLessThanOrEqual(1)

    const { stdout } = await runCli(own, 'show', run.id)
    expect(stdout).toContain(`${loss.toFixed(4)}, accuracy ${(100 * accuracy!).toFixed(2)} %, at step`)
    expect(stdout).toMatch(/^step +6 of 6 \(0\.0107 epochs\)$/m)
    expect(stdout).toMatch(/^patchSize +14$/m)
    for (const textOnly of ['context', 'tiedHead', 'samplePrompt']) expect(stdout).not.toContain(textOnly)
  })
})

describe('a variant named by its file', () => {
  it('is added and trained, and the run keeps what it was', async () => {
    const own = temporaryFolder()
    const file = path.join(own, 'my-variant.json')
    fs.writeFileSync(file, JSON.stringify({ id: 'mine', axes: { score: 'cosine', block: { norm: 'rms' } } }))
    const compared = ['compare', '--dataset', text, ...tiny, '--steps', '5']
    const { code, document } = await runJson(own, ...compared, '--attention', `standard,${file}`)
    expect(code).toBe(0)
    const { comparison, runs } = document as { comparison: { attention: string }[]; runs: Run[] }
    expect(comparison.map(({ attention }) => attention)).toEqual(['standard', 'mine'])
    await runJson(own, 'variants', 'remove', 'mine')
    const { document: shown } = await runJson(own, 'show', runs[1]!.id)
    expect(shown.run.axes).toEqual(attentionAxesSchema.parse({ score: 'cosine', block: { norm: 'rms' } }))
    expect(shown.configuration.norm).toBe('rms')
    expect((await runCli(own, 'show', runs[1]!.id)).stdout).toMatch(/^axes +score cosine, block\.norm rms$/m)
  })
})

describe('compare', () => {
  const compare = ['compare', '--dataset', text, ...tiny, '--steps', '20']

  it('prints one document in the documented shape', async () => {
    const { code, stderr, document } = await runJson(
      home,
      ...[...compare, '--attention', 'standard,laplacian,exponential-family', '--seeds', '0,1'],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.keys(document as object).sort()).toEqual([
      'at',
      'baseline',
      'baselines',
      'comparison',
      'experiment',
      'metric',
      'runs',
      'sample',
      'target',
    ])
    const { comparison, runs, baselines } = comparisonSchema
      .extend({ runs: runRecord.array() })
      .parse(document)
    expect(runs.map((run) => run.state)).toEqual(Array(6).fill('finished'))
    expect(comparison.map(({ attention, seeds }) => [attention, seeds])).toEqual([
      ['standard', [0, 1]],
      ['laplacian', [0, 1]],
      ['exponential-family', [0, 1]],
    ])
    expect(comparison[0]!.differenceFromBaseline).toBeNull()
    expect(comparison[1]!.differenceFromBaseline!.ci95).toHaveLength(2)
    expect(comparison[0]!.bestValidation.sd).toBeGreaterThan(0)
    expect(Object.keys(baselines!).sort()).toEqual(['bigram', 'uniform', 'unigram', 'wittenBell'])
  })

  it('ends with a table, the baselines and what one seed cannot say; progress goes to stderr', async () => {
    const { code, stdout, stderr } = await runCli(home, ...compare, '--attention', 'standard,laplacian')
    expect(code).toBe(0)
    const [header, first, second, ...below] = stdout.trimEnd().split('\n')
    expect(header).toMatch(
      /^variant +seeds +best validation loss +step +difference from standard +parameters +tokens +tokens\/s +seconds$/,
    )
    expect(first).toMatch(/^standard +0 +\d\.\d{4} .* baseline /)
    expect(second).toMatch(/^laplacian +0 +\d\.\d{4} .* [+−]\d\.\d{4} /)
    expect(below.join('\n')).toMatch(/uniform \d\.\d{4}, unigram \d\.\d{4}, bigram \d\.\d{4}/)
    expect(below.join('\n')).toMatch(/One seed gives no interval/)
    expect(stderr).toMatch(/standard seed 0: training 20 steps on cpu/)
    expect(stderr).toMatch(/laplacian seed 0: finished, best validation loss/)
    for (const said of ['Warning', '\u001b']) expect(stderr + stdout).not.toContain(said)
  })

  it('exits 1 when a run diverges, says why, and prints the table all the same', async () => {
    const wild = [
      '--set',
      'learningRate=10',
      '--set',
      'clipNorm=0',
      '--set',
      'warmupSteps=0',
      '--set',
      'weightDecay=10',
    ]
    const { code, document, stderr } = await runJson(
      home,
      ...[...compare.slice(0, -1), '3000', ...wild, '--attention', 'standard'],
    )
    expect(code).toBe(1)
    expect(document.runs[0].state).toBe('diverged')
    expect(document.error.code).toBe('diverged')
    expect(document.comparison).toHaveLength(1)
    expect(stderr).toMatch(/^error: standard seed 0 \(run \w+\) diverged at step \d+: /)
  })
})

/** Two variants that would train for hours; resolves when both do. */
async function longComparison(): Promise<{ running: Running; home: string }> {
  const own = temporaryFolder()
  const running = startCli(own, [
    ...['compare', '--dataset', text, '--attention', 'standard,laplacian', ...tiny, '--steps', '5000000'],
  ])
  await running.hears('stderr', /standard seed 0: training/)
  await running.hears('stderr', /laplacian seed 0: training/)
  return { running, home: own }
}

type Listed = Pick<Run, 'id' | 'state' | 'step'>
async function runsIn(folder: string): Promise<Listed[]> {
  return (await runJson(folder, 'runs')).document as Listed[]
}

it('shows the alerts of a run at its end and later', async () => {
  const own = temporaryFolder()
  fs.writeFileSync(path.join(own, 'runs'), 'a file where the folder of checkpoints should be')
  const train = ['train', '--dataset', text, '--attention', 'standard', ...tiny, '--steps', '20']
  const { code, stderr } = await runCli(own, ...train)
  expect(code).toBe(0)
  expect(stderr).toMatch(
    /alert: standard seed 0 \(run \w+\): The checkpoint of step \d+ was not written: E\w+/,
  )
  const [{ id } = { id: '' }] = await runsIn(own)
  const { document } = await runJson(own, 'show', id)
  expect(document.run.alerts).toMatchObject([{ code: 'checkpoint-failed' }])
  expect((await runCli(own, 'show', id)).stdout).toMatch(/alerts\nThe checkpoint of step/)
})

describe('resume', () => {
  it('continues a run whose process was killed, and ends as an uninterrupted one', async () => {
    const own = temporaryFolder()
    const train = ['train', '--dataset', text, '--attention', 'standard', ...tiny, '--set', 'dropout=0.2']
    const settings = ['--steps', '4000', '--set', 'evaluationInterval=1000']
    const running = startCli(own, [...train, ...settings])
    await running.hears('stderr', /standard seed 0: training/)
    running.child.kill('SIGKILL')
    await running.ended
    const [{ id, state }] = (await runsIn(own)) as [Listed]
    expect(state).toBe('interrupted')

    const { code, stderr, document } = await runJson(own, 'resume', id)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.keys(document as object)).toEqual(['run'])
    expect(runRecord.parse(document.run)).toMatchObject({ id, state: 'finished', step: 4000, alerts: [] })
    const threads = document.run.threads as number
    const whole = await runJson(own, ...train, ...settings)
    expect(whole.document.run.threads).toBe(threads)
    const seriesOf = async (run: string) =>
      repeatable((await runJson(own, 'show', run)).document.series as Record<string, unknown>)
    expect(await seriesOf(id)).toEqual(await seriesOf(whole.document.run.id as string))

    const again = await runJson(own, 'resume', id)
    expect({ code: again.code, error: again.document.error.code as string }).toEqual({
      code: 1,
      error: 'not-resumable',
    })
  })

  it('is what Ctrl-C advises', async () => {
    const { running, home: own } = await longComparison()
    running.child.kill('SIGINT')
    const { stderr } = await running.ended
    const runs = await runsIn(own)
    expect(stderr).toContain(`continue with: ${runs.map(({ id }) => `resume ${id}`).join(', ')}.`)
    expect(runs.some(({ step }) => step > 0)).toBe(true)
    const hasCheckpoint = (id: string) =>
      fs.readdirSync(path.join(own, 'runs', id)).some((name) => name.startsWith('step-'))
    // the second may have been about to take its first step
    for (const { id, step } of runs) expect(hasCheckpoint(id)).toBe(step > 0)
  })
})

describe('an end before the end', () => {
  it('Ctrl-C ends the trainers, says what was kept, and exits 130', async () => {
    const { running, home: own } = await longComparison()
    process.kill(-running.child.pid!, 'SIGINT') // as a terminal does: to every process of the group
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(
      /error: Interrupted: 0 of 2 runs finished\. The recorded points of experiment \w+ are kept/,
    )
    expect((await runsIn(own)).map(({ state }) => state)).toEqual(['interrupted', 'interrupted'])
  })

  it('finds the runs of a killed process interrupted', async () => {
    const { running, home: own } = await longComparison()
    running.child.kill('SIGKILL')
    await running.ended
    expect((await runsIn(own)).map(({ state }) => state)).toEqual(['interrupted', 'interrupted'])
  })

  it('leaves the runs of a living process alone, and stops one of them on request', async () => {
    const { running, home: own } = await longComparison()
    const [first] = await runsIn(own)
    const { document } = await runJson(own, 'stop', first!.id)
    expect(document.run).toMatchObject({ id: first!.id, state: 'stopped' })
    expect((await runsIn(own)).map(({ state }) => state)).toEqual(['stopped', 'running'])
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect((await runsIn(own)).map(({ state }) => state)).toEqual(['stopped', 'interrupted'])
  })

  it('refuses to remove the dataset of a run that trains in another process', async () => {
    const { running, home: own } = await longComparison()
    const [dataset] = (await runJson(own, 'datasets')).document as { id: string }[]
    const { code, document } = await runJson(own, 'dataset', 'remove', dataset!.id)
    expect({ code, error: document.error.code as string }).toEqual({ code: 1, error: 'dataset-in-use' })
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(130)
    expect((await runJson(own, 'dataset', 'remove', dataset!.id)).code).toBe(0)
  })
})
