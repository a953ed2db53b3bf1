/** What a person reads of a run beside its series: the very texts of a batch, and the checkpoints on the disk. */
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readVocabulary } from '../../../src/main/datasets/tokenizers/index.ts'
import { openTokens } from '../../../src/main/datasets/tokens.ts'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { createRecords } from '../../../src/main/workbench/records.ts'
import { readTexts } from '../../../src/main/workbench/sequences.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { anExperiment, aRun } from '../store/records.ts'

let data: SmallDataset
let store: Store
beforeEach(async () => {
  data = await smallDataset()
  store = openStore(':memory:')
})
afterEach(async () => {
  store.close()
  await data.remove()
})

function records() {
  const run = aRun({
    ...{ id: 'run1', dataset: data.dataset.id, steps: 20, configuration: tinyConfiguration },
    bestValidation: { step: 10, loss: 2 },
  })
  store.insertExperiment(anExperiment({ dataset: data.dataset.id }), [run])
  return createRecords({
    ...{ store, library: data.library, runsFolder: path.join(data.folder, 'runs') },
    requireDataset: () => data.dataset,
    requireRun: (id) => store.run(id)!,
  })
}

describe('readTexts', () => {
  it('gives the sequences of a batch as text', async () => {
    const { offsets } = await records().readBatch({ run: 'run1', step: 3 })
    const tokens = tinyConfiguration.context
    const texts = readTexts(data.datasetFolder, { id: '', split: 'train', offsets: offsets!, tokens })
    const vocabulary = readVocabulary(data.datasetFolder)
    const reader = openTokens(data.datasetFolder, 'train')
    const sequence = new Int32Array(tokens)
    const expected = offsets!.map((offset) => {
      reader.read(offset, sequence)
      return [...sequence].map((token) => vocabulary[token]).join('')
    })
    reader.close()
    expect(texts).toEqual(expected)
    expect(texts).toHaveLength(tinyConfiguration.batchSize)
  })

  it('refuses what leaves the split, and more than an answer carries', () => {
    const { train } = data.dataset
    const ask = (offsets: number[], tokens: number) =>
      readTexts(data.datasetFolder, { id: '', split: 'train', offsets, tokens })
    expect(ask([train - 4], 4)[0]).toHaveLength(4)
    expect(() => ask([train - 3], 4)).toThrow(/leaves the train split/)
    expect(() =>
      ask(
        Array.from({ length: 1000 }, () => 0),
        4096,
      ),
    ).toThrow(/one answer/)
  })
})

describe('listCheckpoints', () => {
  it('has those on the disk with their sizes, steps ascending, the best last', async () => {
    const { listCheckpoints } = records()
    expect(await listCheckpoints({ run: 'run1' })).toEqual([])
    const folder = path.join(data.folder, 'runs', 'run1')
    fs.mkdirSync(folder, { recursive: true })
    const files = [
      'step-000000020.safetensors',
      'best.safetensors',
      'step-000000010.safetensors',
      'notes.txt',
    ]
    for (const [index, file] of files.entries())
      fs.writeFileSync(path.join(folder, file), 'x'.repeat(index + 1))
    expect(await listCheckpoints({ run: 'run1' })).toMatchObject([
      { file: 'step-000000010.safetensors', kind: 'regular', step: 10, bytes: 3 },
      { file: 'step-000000020.safetensors', kind: 'regular', step: 20, bytes: 1 },
      { file: 'best.safetensors', kind: 'best', step: 10, bytes: 2 },
    ])
  })
})
