import { expect, it } from 'vitest'
import { standardAxes } from '../../../../src/shared/attention.ts'
import { differenceOf } from '../../../../src/renderer/logic/runs/difference.ts'
import { aRun } from '../../../main/store/records.ts'

const sha = (digit: string) => digit.repeat(64)
const trainedOn = { name: 'fox', kind: 'text', sha256: sha('a'), train: 9, validation: 1 } as const
const first = aRun({ trainedOn })
const second = aRun({
  id: 'run-2',
  ...{ attention: 'laplacian', seed: 3, trainedOn: { ...trainedOn, sha256: sha('b') } },
  axes: { ...standardAxes, operator: 'laplacian' },
  configuration: { ...aRun().configuration, residual: !aRun().configuration.residual, learningRate: 1e-4 },
})

it('says in words what differs, dataset and seed included', () => {
  const residual = aRun().configuration.residual
  expect(differenceOf([first, second]).different).toEqual(
    [
      { key: 'attention', values: ['standard', 'laplacian'] },
      { key: 'axes', values: ['all neutral', 'operator laplacian'] },
      { key: 'seed', values: ['0', '3'] },
      { key: 'dataset', values: ['fox (aaaaaaaa)', 'fox (bbbbbbbb)'] },
      { key: 'learningRate', values: [String(aRun().configuration.learningRate), '0.0001'] },
      { key: 'residual', values: residual ? ['on', 'off'] : ['off', 'on'] },
    ].sort((a, b) => order(a.key) - order(b.key)),
  )
})

it('folds away what is equal, with its value, and leaves out what no run knows', () => {
  const { different, equal } = differenceOf([first, { ...first, id: 'copy' }])
  expect(different).toEqual([])
  expect(equal).toContainEqual({ key: 'width', value: String(first.configuration.width) })
  expect(equal.map(({ key }) => key)).not.toContain('threads') // it did not start
  expect(equal.map(({ key }) => key)).not.toContain('patchSize') // it trains on a text
})

/** The order of configurations. */
function order(key: string): number {
  const keys = ['attention', 'axes', 'seed', 'dataset', ...Object.keys(first.configuration)]
  return keys.indexOf(key)
}
