/** Records of datasets, complete and valid; a test names only what it is about. Runs: test/main/store/records.ts. */
import type { ImageDataset, TextDataset } from '../../src/shared/experiment.ts'

export function aDataset(changes: Partial<TextDataset> = {}): TextDataset {
  return {
    id: '86c4e6aa9db7',
    name: 'a text',
    kind: 'text',
    sha256: '86c4e6aa9db7'.padEnd(64, '0'),
    bytes: 10_000,
    train: 9000,
    validation: 1000,
    vocabulary: 30,
    tokenizer: 'character',
    preview: 'It was',
    baselines: { uniform: Math.log(30), unigram: 2.9, bigram: 2.3 },
    importedAt: '2026-11-22T06:00:00.000Z',
    ...changes,
  }
}

export function anImageDataset(changes: Partial<ImageDataset> = {}): ImageDataset {
  return {
    id: '0b60c3c5d4a1',
    name: 'some digits',
    kind: 'images',
    sha256: '0b60c3c5d4a1'.padEnd(64, '0'),
    bytes: 784_000,
    train: 900,
    validation: 100,
    classes: 2,
    classNames: ['zero', 'one'],
    height: 28,
    width: 28,
    channels: 1,
    trainPerClass: [450, 450],
    validationPerClass: [50, 50],
    importedAt: '2026-11-22T06:00:00.000Z',
    ...changes,
  }
}
