/** Datasets that ship with the app, in resources/samples. */
import type { Sample } from '../contract.ts'

export const samples: readonly Sample[] = [
  {
    id: 'tinyshakespeare',
    name: 'tinyshakespeare',
    kind: 'text',
    files: ['tinyshakespeare.txt'],
    description:
      "1.1 MB of Shakespeare's plays, 65 distinct characters: what nanoGPT's character models train on.",
    attribution: 'William Shakespeare, public domain text; the excerpt was collected by Andrej Karpathy.',
  },
]
