/** What the page of a run shows: its facts, its settings, its command, its log and its small curves. */
import { describe, expect, it } from 'vitest'
import { chartsOf, runChart, throughputOf } from '../../../../src/renderer/logic/runs/curves.ts'
import { logText, signOf } from '../../../../src/renderer/logic/runs/log.ts'
import {
  commandOf,
  recordOf,
  searchSettings,
  settingsOf,
} from '../../../../src/renderer/logic/runs/record.ts'
import { sparklineOf, sparklineSize } from '../../../../src/renderer/logic/runs/sparkline.ts'
import { recipes } from '../../../../src/shared/catalogue/recipes.ts'
import { logLineSchema, type Run } from '../../../../src/shared/experiment.ts'
import { aRun } from '../../../main/store/records.ts'

const { configuration: quick } = recipes.find(({ id }) => id === 'quick')!
const changed = (changes: Partial<Run['configuration']>) => aRun({ configuration: { ...quick, ...changes } })
const bucket = (step: number, last: number | null) => ({ step, minimum: last, maximum: last, last })

describe('settings', () => {
  it('are those that matter on the data, with what the recipe has where it differs', () => {
    const rows = settingsOf(changed({ learningRate: 0.5 }).configuration, quick, 'text')
    expect(rows.map(({ key }) => key)).not.toContain('patchSize')
    expect(rows.filter(({ recipe }) => recipe !== null)).toMatchObject([
      { key: 'learningRate', value: '0.5', recipe: String(quick.learningRate) },
    ])
    expect(settingsOf(quick, undefined, 'text').every(({ recipe }) => recipe === null)).toBe(true)
  })

  it('are found by words of their key, value or meaning', () => {
    const rows = settingsOf(quick, quick, 'text')
    expect(searchSettings(rows, 'LEARNING peak').map(({ key }) => key)).toEqual(['learningRate'])
    expect(searchSettings(rows, ' ')).toEqual(rows)
    expect(searchSettings(rows, 'nothing-of-the-kind')).toEqual([])
  })
})

describe('the command of a run', () => {
  it('sets what differs from the recipe, as a shell takes it', () => {
    const run = changed({ steps: 7, samplePrompt: "it's\n" })
    expect(commandOf({ ...run, requestedDevice: 'cpu', seed: 3 }, quick, 'text')).toBe(
      'attention-workbench train --dataset 86c4e6aa9db7 --attention standard --recipe quick --seed 3 ' +
        "--device cpu --set steps=7 --set 'samplePrompt=it'\\''s\n'",
    )
    expect(commandOf(changed({}), quick, 'text')).not.toContain('--set')
  })

  it('sets everything where the recipe is not known', () => {
    expect(commandOf(changed({}), undefined, 'text').match(/--set /g)).toHaveLength(
      settingsOf(quick, undefined, 'text').length,
    )
  })
})

describe('the record of a run', () => {
  const valueOf = (run: Run, name: string) =>
    recordOf(run, new Date())
      .flatMap(({ facts }) => facts)
      .find((fact) => fact.name === name)?.value

  it('has what it was trained on, where and with what', () => {
    const run = aRun({
      trainedOn: {
        name: 'a text',
        kind: 'text',
        sha256: 'abc',
        train: 900,
        validation: 100,
        tokenizer: 'byte',
      },
      operations: { forward: 1e9, backward: 2e9, optimizer: 1e6 },
      ...{ device: 'cpu', threads: 2, peakBytes: 5e8, endReason: 'It was stopped on request.' },
    })
    expect(valueOf(run, 'dataset')).toBe('a text (86c4e6aa9db7)')
    expect(valueOf(run, 'sha256')).toBe('abc')
    expect(valueOf(run, 'a step')).toBe('3 GFLOP: forward 1 GFLOP, backward 2 GFLOP, optimiser 0.001 GFLOP')
    expect(valueOf(run, 'most memory')).toBe('500.0 MB')
    expect(valueOf(run, 'node')).toBe('24.21.0')
    expect(valueOf(run, 'why it ended')).toBe('It was stopped on request.')
  })

  it('says what is not known', () => {
    expect(valueOf(aRun(), 'dataset')).toBe('86c4e6aa9db7')
    expect(['a step', 'device', 'started'].map((name) => valueOf(aRun(), name))).toEqual(['–', '–', '–'])
  })
})

describe('the small charts of a run', () => {
  it('have accuracy for images only', () => {
    const ids = (kind: 'text' | 'images') => chartsOf(kind).map(({ id }) => id)
    expect(ids('text')).toEqual(['loss', 'gradient-norm', 'learning-rate', 'throughput'])
    expect(ids('images')).toEqual(['loss', 'accuracy', 'gradient-norm', 'learning-rate', 'throughput'])
  })

  it('draw what was smoothed with what was recorded behind it', () => {
    const [loss] = chartsOf('text')
    const style = { colour: '--variant-1', dash: [] }
    const smoothed = [1, 2].map((step) => ({
      ...bucket(step, 3 - step),
      smoothed: { minimum: 2.5, maximum: 2.5, last: 2.5 },
    }))
    const drawn = loss!.lines.map((line, place) => ({
      ...{ line, style, buckets: place === 0 ? smoothed : [bucket(0, 4), bucket(2, 3)] },
    }))
    const { lines, end } = runChart(loss!, drawn, changed({ steps: 9 }), 'text')
    expect(end).toBe(600)
    expect(lines).toMatchObject([
      { id: 'training', raw: [2, 1], curve: { steps: [1, 2], mean: [2.5, 2.5] } },
      { id: 'validation', raw: null, curve: { steps: [0, 2], mean: [4, 3] } },
    ])
    expect(runChart(loss!, [{ ...drawn[0]!, buckets: [] }], changed({}), 'text').lines).toEqual([])
  })
})

describe('throughput', () => {
  it('is what was trained on between two recorded times', () => {
    const times = [bucket(0, 1), bucket(10, 2), bucket(30, 3), bucket(40, 7)]
    expect(throughputOf(times, 64).map(({ step, last }) => [step, last])).toEqual([
      [10, 640],
      [30, 1280],
      [40, 160],
    ])
  })

  it('is not known without time between two points, and over gaps it is that of the whole gap', () => {
    expect(throughputOf([bucket(0, 1)], 64)).toEqual([])
    const times = [bucket(0, 1), bucket(5, 1), bucket(6, null), bucket(10, 2)]
    expect(throughputOf(times, 1).map(({ step, last }) => [step, last])).toEqual([[10, 10]])
  })
})

describe('a sparkline', () => {
  it('goes from the first to the latest of the planned steps, the smallest value at the bottom', () => {
    const { path, end } = sparklineOf([bucket(0, 4), bucket(50, 2), bucket(100, 3)], 100)
    const [left, right] = [2.5, sparklineSize.width - 2.5]
    const [top, bottom] = [2.5, sparklineSize.height - 2.5]
    expect(path).toBe(`M${left} ${top}L42 ${bottom}L${right} 10`)
    expect(end).toEqual([right, 10])
  })

  it('is broken at a gap, and nothing where nothing is recorded', () => {
    const { path } = sparklineOf([bucket(0, 1), bucket(1, null), bucket(2, 1)], 2)
    expect(path.match(/M/g)).toHaveLength(2)
    expect(sparklineOf([], 10)).toEqual({ path: '', end: null })
    expect(sparklineOf([bucket(0, null)], 10)).toEqual({ path: '', end: null })
  })
})

describe('the log', () => {
  it('has a sign for every kind of line, and warns of what should be seen', () => {
    const { options } = logLineSchema.shape.kind
    expect(options.filter((kind) => signOf(kind).alarming)).toEqual([
      ...['failed', 'diverged', 'interrupted', 'warning'],
    ])
    expect(options.every((kind) => signOf(kind).meaning !== '')).toBe(true)
  })

  it('is copied as lines of columns', () => {
    const line = { at: '2026-11-22T06:00:00.000Z', step: 3, kind: 'note' as const, message: 'Trains on cpu.' }
    expect(logText([line, { ...line, step: 4 }])).toBe(
      '2026-11-22T06:00:00.000Z\t3\tnote\tTrains on cpu.\n2026-11-22T06:00:00.000Z\t4\tnote\tTrains on cpu.',
    )
  })
})
