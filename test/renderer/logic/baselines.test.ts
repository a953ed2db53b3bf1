import { expect, it } from 'vitest'
import { baselinesOf } from '../../../src/renderer/logic/baselines.ts'
import type { ImageDataset } from '../../../src/shared/experiment.ts'
import { aDataset } from '../../support/records.ts'

const few = { uniform: 3.4, unigram: 2.9, bigram: 2.3 }
const named = (...of: Parameters<typeof baselinesOf>) =>
  baselinesOf(...of).map(({ name, loss }) => [name, loss])

it('names the best n-gram model after the tokens that it looks at', () => {
  const wittenBell = { losses: [2.9, 2.4, 2.1, 2.2], countedTokens: 9000, measuredTokens: 1000 }
  expect(named(aDataset({ baselines: { ...few, wittenBell } }))).toEqual([
    ['3-gram', 2.1],
    ['bigram', 2.3],
    ['unigram', 2.9],
    ['uniform', 3.4],
  ])
})

it('does without it in datasets of earlier versions', () => {
  expect(named(aDataset({ baselines: few }))[0]).toEqual(['bigram', 2.3])
})

it('knows chance for images', () => {
  expect(named({ kind: 'images', classes: 10 } as ImageDataset)).toEqual([['uniform', Math.log(10)]])
})
