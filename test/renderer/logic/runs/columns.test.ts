import { describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/shared/experiment.ts'
import {
  columnsOf,
  describeState,
  differingKeys,
  sortRuns,
  type RunNames,
} from '../../../../src/renderer/logic/runs/columns.ts'
import { recipes } from '../../../../src/shared/catalogue/recipes.ts'
import { aRun } from '../../../main/store/records.ts'

const names: RunNames = { experiment: () => 'Three attentions', variant: (run) => run.attention }
const configured = (changes: Partial<Run['configuration']>, others: Partial<Run> = {}) =>
  aRun({ ...others, configuration: { ...aRun().configuration, ...changes } })
const order = (runs: readonly Run[], column: string, descending = false) =>
  sortRuns(runs, columnsOf(runs, ['learningRate', 'norm']), { column, descending }, names).map(({ id }) => id)

describe('sortRuns', () => {
  const runs = [
    configured(
      { learningRate: 0.1, norm: 'rms' },
      { id: 'a', seed: 10, bestValidation: { step: 1, loss: 2 } },
    ),
    configured({ learningRate: 1e-3 }, { id: 'b', seed: 9, bestValidation: null, name: 'run 10' }),
    configured(
      { learningRate: 0.02 },
      { id: 'c', seed: 9, bestValidation: { step: 1, loss: 1 }, name: 'run 9' },
    ),
  ]
  it.each([
    ['seed', false, ['b', 'c', 'a']],
    ['seed', true, ['a', 'b', 'c']],
    ['bestValidation', false, ['c', 'a', 'b']],
    ['bestValidation', true, ['a', 'c', 'b']],
    ['learningRate', false, ['b', 'c', 'a']],
    ['name', false, ['c', 'b', 'a']],
    ['nothing', false, ['a', 'b', 'c']],
  ])('by %s, descending %s', (column, descending, expected) =>
    expect(order(runs, column, descending)).toEqual(expected),
  )
  it('orders states as a run goes through them, and running ones by how far they are', () => {
    const states = [
      aRun({ id: 'done', state: 'finished', step: 600 }),
      aRun({ id: 'far', state: 'running', step: 500 }),
      aRun({ id: 'near', state: 'running', step: 5 }),
      aRun({ id: 'waits', state: 'queued' }),
    ]
    expect(order(states, 'state')).toEqual(['waits', 'near', 'far', 'done'])
  })
})

describe('differingKeys', () => {
  it('is what the configurations differ in, in their order', () => {
    const runs = [configured({ width: 64, layers: 2 }), configured({ width: 32, layers: 4 })]
    expect(differingKeys(runs)).toEqual(['layers', 'width'])
    expect(differingKeys(runs.slice(0, 1))).toEqual([])
  })
  it('begins with what runs of one recipe differ in', () => {
    const runs = [aRun({ recipe: 'other', configuration: { ...aRun().configuration, layers: 9 } }), aRun()]
    expect(differingKeys(runs)).toEqual(['layers'])
    expect(differingKeys([...runs, configured({ width: 32 })])).toEqual(['width', 'layers'])
  })
  it('is not what means nothing on the data of all runs but one', () => {
    const images = recipes.find(({ kind }) => kind === 'images')!
    const runs = [aRun(), aRun({ recipe: images.id, configuration: images.configuration })]
    expect(differingKeys(runs)).not.toContain('patchSize')
    expect(differingKeys(runs)).not.toContain('context')
  })
})

it('has a column of accuracies only where there are any', () => {
  const ids = (run: Run) => columnsOf([run], ['width']).map(({ id }) => id)
  expect(ids(aRun())).not.toContain('accuracy')
  expect(ids(aRun({ bestValidation: { step: 1, loss: 1, accuracy: 0.5 } }))).toContain('accuracy')
  expect(ids(aRun()).at(-1)).toBe('width')
})

it.each([
  [{ state: 'running', step: 300, etaSeconds: 125 }, '50 %, 2 min 05 s left'],
  [{ state: 'running', step: 599, etaSeconds: null }, '99 %'],
  [
    { state: 'running', step: 300, error: { code: 'disk-full', message: 'The disk is full.', hint: '' } },
    '50 %, waits for room',
  ],
  [{ state: 'stopped', step: 60 }, 'stopped at 10 %'],
  [{ state: 'queued', step: 60 }, 'queued 10 %'],
  [{ state: 'queued', step: 0 }, 'queued'],
  [{ state: 'finished', step: 600 }, 'finished'],
] as const)('%o is "%s"', (changes, text) => expect(describeState(aRun(changes))).toBe(text))
