/** A small text in a library of its own, for tests that train. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { requireKind } from '../../src/main/datasets/format.ts'
import { fileAt } from '../../src/main/datasets/importers/source.ts'
import { openLibrary, type Library } from '../../src/main/datasets/library.ts'
import type { RunConfiguration, TextDataset } from '../../src/shared/experiment.ts'
import { recipes } from '../../src/shared/catalogue/recipes.ts'

export interface SmallDataset {
  readonly folder: string
  readonly library: Library
  readonly datasetFolder: string
  readonly dataset: TextDataset
  remove(): Promise<void>
}

const sentence = 'the quick brown fox jumps over the lazy dog and then it sleeps under an old tree; '

export async function smallDataset(): Promise<SmallDataset> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'attention-workbench-'))
  const file = path.join(folder, 'fox.txt')
  await writeFile(file, sentence.repeat(60))
  const library = openLibrary(path.join(folder, 'library'))
  const dataset = await library.import({ files: [fileAt(file)] })
  requireKind(dataset, 'text')
  const datasetFolder = library.folder(dataset.id)
  return {
    folder,
    library,
    datasetFolder,
    dataset,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A model so small that a step takes a millisecond. */
export const tinyConfiguration: RunConfiguration = {
  ...recipes.find(({ id }) => id === 'quick')!.configuration,
  layers: 1,
  heads: 2,
  width: 16,
  context: 16,
  batchSize: 4,
  steps: 20,
  warmupSteps: 5,
  evaluationInterval: 10,
  evaluationTokens: 0,
  sampleInterval: 10,
  sampleTokens: 12,
  samplePrompt: 'the ',
  statistics: 'none',
  probeMegabytes: 0,
}
