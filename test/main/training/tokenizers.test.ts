/** Language models over bytes, merged byte pairs and large vocabularies: their losses, and the texts that they sample. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireKind } from '../../../src/main/datasets/format.ts'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary, type Library } from '../../../src/main/datasets/library.ts'
import { readTokenizer } from '../../../src/main/datasets/tokenizers/index.ts'
import { continueText } from '../../../src/main/training/inference/text.ts'
import type { TokenizerChoice } from '../../../src/shared/imports.ts'
import { tinyConfiguration } from '../../support/dataset.ts'
import { taskOf, trainHere } from '../../support/training.ts'
import { byteLevelFile } from '../datasets/tokenizers/tokenizerFiles.ts'

let folder: string
let library: Library
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-tokenizers-'))
  library = openLibrary(path.join(folder, 'library'))
  // thousands of distinct words, so that there are a thousand merges to learn
  const words = Array.from(
    { length: 3000 },
    (_, index) => `wörd${((index * 7919) % 997) ** 2} 東京${index % 91}`,
  )
  fs.writeFileSync(path.join(folder, 'text.txt'), words.join('\n'))
  fs.writeFileSync(path.join(folder, 'large.json'), largeFile())
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** Bytes, and tokens that the text does not have: enough that they are looked up. */
function largeFile(): string {
  const file = JSON.parse(byteLevelFile([])) as { model: { vocab: Record<string, number> } }
  for (let id = 256; id < 3000; id++) file.model.vocab[`unused ${id}`] = id
  return JSON.stringify(file)
}

async function datasetWith(tokenizer: TokenizerChoice) {
  const dataset = await library.import({ files: [fileAt(path.join(folder, 'text.txt'))], tokenizer })
  requireKind(dataset, 'text')
  return {
    dataset,
    datasetFolder: library.folder(dataset.id),
    folder,
    library,
    remove: () => Promise.resolve(),
  }
}

const cases: [string, () => TokenizerChoice, number][] = [
  ['bytes', () => ({ kind: 'byte' }), 256],
  ['1,024 byte pairs', () => ({ kind: 'bpe', vocabulary: 1024 }), 1024],
  ['3,000 tokens of a tokenizer.json', () => ({ kind: 'file', path: path.join(folder, 'large.json') }), 3000],
]
describe.each(cases)('a model of %s', (name, choice, vocabulary) => {
  const configuration = {
    ...tinyConfiguration,
    ...{ steps: 8, evaluationInterval: 4, evaluationTokens: 64, warmupSteps: 1, learningRate: 3e-2 },
    ...{ sampleInterval: 0, sampleTokens: 40, samplePrompt: '東', temperature: 2, topK: 0 },
  }

  it('begins with the loss of knowing nothing, agrees with the reference, and learns', async () => {
    const data = await datasetWith(choice())
    expect(data.dataset.vocabulary).toBe(vocabulary)
    const train = async (device: 'cpu' | 'reference', steps: number) => {
      const task = taskOf(data, `${name} ${device}`, { configuration: { ...configuration, steps }, device })
      const { outcome, record } = await trainHere(task)
      expect(outcome).toBe('finished')
      return { task, record, loss: (step: number) => record.points.get(`validation/loss@${step}`)! }
    }
    const { task, record, loss } = await train('cpu', configuration.steps)
    expect(loss(0)).toBeCloseTo(Math.log(vocabulary), 1)
    expect(loss(8)).toBeLessThan(loss(0))
    const eager = await train('reference', 1)
    expect(eager.loss(0)).toBeCloseTo(loss(0), 4)

    const { text } = record.samples.at(-1)!
    const { encode } = readTokenizer(data.datasetFolder, data.dataset)
    expect(text.isWellFormed()).toBe(true)
    expect(encode(text).length).toBeGreaterThan(0)

    const heard: string[] = []
    const question = {
      ...{
        run: 'r',
        configuration,
        axes: task.axes,
        dataset: data.dataset,
        datasetFolder: data.datasetFolder,
      },
      ...({ checkpoint: 'last', device: 'cpu', threads: 2 } as const),
      checkpoints: task.checkpoints.folder,
    }
    const wanted = { kind: 'text', prompt: '東', tokens: 40, seed: 0, temperature: 2, topK: 0 } as const
    const sampled = await continueText({ ...question, wanted }, wanted, (piece) => heard.push(piece))
    expect(sampled.text).toBe(text) // what the run itself sampled at its last step
    expect(heard.join('')).toBe(text)
    expect(heard.every((piece) => piece !== '' && piece.isWellFormed())).toBe(true)
  })
})
