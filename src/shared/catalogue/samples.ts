/** Datasets that ship with the app, in resources/samples. */
import type { Sample } from '../contract.ts'

export const samples: readonly Sample[] = [
  {
    id: 'tinyshakespeare',
    name: 'tinyshakespeare',
    kind: 'text',
    files: ['tinyshakespeare.txt'],
    sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
    description:
      "1.1 MB of Shakespeare's plays, 65 distinct characters: what nanoGPT's character models train on.",
    attribution: 'William Shakespeare, public domain text; the excerpt was collected by Andrej Karpathy.',
  },
  {
    id: 'mnist-sample',
    name: 'mnist-sample',
    kind: 'images',
    files: ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
    sha256: 'add286b8cfe92ff8effd8b272ae288a9412e973ab0f20d27ef1b70170b6e0571',
    description:
      "10,000 handwritten digits, 28 × 28 grey: MNIST's test set, split 9,000 to 1,000. No published accuracy applies to a split of it.",
    attribution: 'MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, CC BY-SA 3.0.',
  },
]
