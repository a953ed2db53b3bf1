/** A dataset's record, complete and valid; a test names only what it is about. Runs: test/main/store/records.ts. */
import type { TextDataset } from '../../src/shared/experiment.ts'

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
