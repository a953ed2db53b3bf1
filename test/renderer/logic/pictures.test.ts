import { describe, expect, it } from 'vitest'
import { likeliest, pictureRows } from '../../../src/renderer/logic/pictures.ts'
import type { Prediction } from '../../../src/shared/contract.ts'

const prediction = (...paths: string[]): Prediction => ({
  ...{ run: 'run-1', checkpoint: 'best', step: 10, validation: null, labelled: null },
  predictions: paths.map((path) => ({ path, class: 'a', probabilities: { a: 1 }, label: null })),
})

it('ranks the three likeliest classes', () => {
  expect(likeliest({ a: 0.1, b: 0.5, c: 0.15, d: 0.25 }).map(({ name }) => name)).toEqual(['b', 'd', 'c'])
})

describe('a row', () => {
  const files = (...names: string[]) => names.map((name) => ({ name }))
  const named = (paths: string[], given: { name: string }[]) =>
    pictureRows(prediction(...paths), given, 10).map(({ file }) => (file ? given.indexOf(file) : null))

  it('has the file at its place, whether it is named by its name or its path', () => {
    expect(named(['0.png', '1.png'], files('0.png', '1.png'))).toEqual([0, 1])
    expect(named(['/x/0.png', '/y/0.png'], files('0.png', '0.png'))).toEqual([0, 1])
    expect(named(['C:\\x\\0.png'], files('0.png'))).toEqual([0])
  })
  it('has the file of its name where a folder put them in another order', () => {
    expect(named(['d/b/0.png', 'd/a/1.png'], files('d/a/1.png', 'd/b/0.png'))).toEqual([1, 0])
  })
  it('has none for an image of an array, or in a folder that was named by its path', () => {
    expect(named(['x.npy[0]', '/d/a/1.png'], files('x.npy', 'd'))).toEqual([null, null])
  })
  it('is shown as long as there is room', () => {
    expect(pictureRows(prediction('0.png', '1.png'), files('0.png'), 1)).toHaveLength(1)
  })
})
