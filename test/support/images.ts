/** Small images in a dataset of their own, for tests that train. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { uniformAt } from '../../src/main/engine/random.ts'
import type { ImageDataset } from '../../src/shared/experiment.ts'

export interface SmallImages {
  /** Of the test; the dataset's is within. */
  readonly folder: string
  readonly datasetFolder: string
  readonly dataset: ImageDataset
  remove(): Promise<void>
}

const side = 8
const [train, validation, classes] = [90, 30, 3]

/** Noise in which the second, third or fourth row is bright: that is the class. Labels follow each other 0, 1, 2, 0, ... */
export async function smallImages({ channels = 1 } = {}): Promise<SmallImages> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'attention-workbench-'))
  const dataset: ImageDataset = {
    id: '0123456789ab',
    name: 'bright rows',
    kind: 'images',
    sha256: '0123456789ab'.padEnd(64, '0'),
    bytes: 1000,
    train,
    validation,
    classes,
    classNames: ['second', 'third', 'fourth'],
    height: side,
    width: side,
    channels,
    trainPerClass: [30, 30, 30],
    validationPerClass: [10, 10, 10],
    importedAt: '2026-11-22T06:00:00.000Z',
  }
  const count = train + validation
  const labels = Uint8Array.from({ length: count }, (_, item) => item % classes)
  const pixels = Uint8Array.from({ length: count * side * side * channels }, (_, at) => {
    const item = Math.floor(at / (side * side * channels))
    const row = Math.floor(at / (side * channels)) % side
    const noise = 100 * uniformAt(0, 'dataOrder', 0, at)
    return noise + (row === labels[item]! + 1 ? 150 : 0)
  })
  const datasetFolder = path.join(folder, dataset.id)
  mkdirSync(datasetFolder)
  writeFileSync(path.join(datasetFolder, 'images.bin'), pixels)
  writeFileSync(path.join(datasetFolder, 'labels.bin'), labels)
  writeFileSync(path.join(datasetFolder, 'meta.json'), JSON.stringify(dataset))
  return { folder, datasetFolder, dataset, remove: () => rm(folder, { recursive: true, force: true }) }
}
