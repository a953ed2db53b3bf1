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
  {
    id: 'mnist-sample',
    name: 'mnist-sample',
    kind: 'images',
    files: ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
    description:
      "10,000 handwritten digits, 28 × 28 grey: MNIST's test set, split 9,000 to 1,000. No published accuracy applies to a split of it.",
    attribution: 'MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, CC BY-SA 3.0.',
  },
]
