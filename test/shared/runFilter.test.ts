import { describe, expect, it } from 'vitest'
import { recipes } from '../../src/shared/catalogue/recipes.ts'
import {
  conditionProblem,
  configurationDifferences,
  fulfils,
  matches,
  parseCondition,
  parseConditionLine,
} from '../../src/shared/runFilter.ts'
import { aRun } from '../main/store/records.ts'

const run = aRun({
  configuration: { ...aRun().configuration, learningRate: 0.002, norm: 'rms', residual: true },
  ...{ seed: 3, tags: ['paper'], notes: 'a Long night', bestValidation: { step: 5, loss: 1.5 } },
})
const holds = (text: string) => fulfils(run, parseCondition(text)!)

describe('conditions', () => {
  it.each([
    ['learningRate>0.001', true],
    ['learningRate > 0.002', false],
    ['learningRate>=2e-3', true],
    ['learningRate<=0.001', false],
    ['learningRate=0.0020', true],
    ['norm=rms', true],
    ['norm!=rms', false],
    ['residual=true', true],
    ['seed<4', true],
    ['bestValidation<1.6', true],
    ['accuracy>0', false],
    ['accuracy<1', false],
    ['accuracy!=1', true],
    ['norm>0', false],
    ['state=queued', true],
  ])('%s is %s', (text, expected) => expect(holds(text)).toBe(expected))

  it.each(['learningRate', 'foo=1', '>3', 'learningRate>', 'learning rate>1'])('%s is none', (text) =>
    expect(parseCondition(text)).toBeUndefined(),
  )
})

describe('matches', () => {
  it('finds every word anywhere, whatever its case', () => {
    expect(matches(run, { search: 'long STANDARD' })).toBe(true)
    expect(matches(run, { search: 'long tea' })).toBe(false)
    expect(matches(run, { search: 'hamlet' })).toBe(false)
    expect(matches(run, { search: 'hamlet' }, ['Hamlet and others'])).toBe(true)
  })
  it('wants every tag and every condition', () => {
    expect(matches(run, { tags: ['paper'], conditions: [parseCondition('seed=3')!] })).toBe(true)
    expect(matches(run, { tags: ['paper', 'draft'] })).toBe(false)
    expect(matches(run, { conditions: [parseCondition('seed=3')!, parseCondition('seed=4')!] })).toBe(false)
  })
})

describe('configurationDifferences', () => {
  it('lists the values of what differs, and nothing else', () => {
    const other = { ...run, seed: 4, configuration: { ...run.configuration, learningRate: 0.01 } }
    expect(configurationDifferences([run, other])).toEqual([
      { key: 'seed', values: [3, 4] },
      { key: 'learningRate', values: [0.002, 0.01] },
    ])
    expect(configurationDifferences([run, { ...run, id: 'other', notes: 'else' }])).toEqual([])
  })
})

describe('parseConditionLine', () => {
  const written = (line: string) =>
    parseConditionLine(line).conditions.map(({ key, operator, value }) => `${key}${operator}${value}`)

  it.each([
    ['', []],
    ['seed=1', ['seed=1']],
    ['seed=1 norm=rms', ['seed=1', 'norm=rms']],
    [' learningRate >= 2e-3,  attention = standard, ', ['learningRate>=2e-3', 'attention=standard']],
    ['samplePrompt=to be, or not seed!=3', ['samplePrompt=to be, or not', 'seed!=3']],
  ])('reads "%s"', (line, expected) => {
    expect(written(line)).toEqual(expected)
    expect(parseConditionLine(line).refused).toEqual([])
  })

  it('tells the parts that are no conditions, and what was meant', () => {
    const { conditions, refused } = parseConditionLine('hello seed=1 lerningRate>0 norm=')
    expect(conditions).toEqual([{ key: 'seed', operator: '=', value: '1' }])
    expect(refused).toEqual(['hello', 'lerningRate>0', 'norm='])
    expect(conditionProblem('lerningRate>0')).toContain('Did you mean "learningRate"?')
    expect(conditionProblem('norm=')).toContain('learningRate>0.001')
  })
})

it('compares only what decides something on the data of a run', () => {
  const images = { ...run, id: 'images', recipe: recipes.find(({ kind }) => kind === 'images')!.id }
  const keys = configurationDifferences([run, images]).map(({ key }) => key)
  expect(keys).toEqual(expect.arrayContaining(['recipe', 'context', 'patchSize']))
  const flipped = { ...run, configuration: { ...run.configuration, flip: !run.configuration.flip } }
  expect(configurationDifferences([run, flipped])).toEqual([])
})
