/** Other ways to compare a query with a key. */
import { softmax, type Row } from './row.ts'

export const comparisons: readonly Row[] = [
  {
    id: 'temperature',
    name: 'Learned temperature',
    choices: { score: 'temperature' },
    formula: String.raw`${softmax}\!\left(e^{t_h}\tfrac{QK^\top}{\sqrt d}\right)V`,
    meaning: 'Each head learns how sharply it attends.',
    parameters: 'per head: t, initially 0',
    reduction: 't = 0',
    invariant: 't → −∞ is the uniform average, t → ∞ the value of the best key',
    source: 'derived here; fixed temperatures in arXiv 2409.04431',
  },
  {
    id: 'cosine',
    name: 'Cosine',
    choices: { score: 'cosine' },
    formula: String.raw`${softmax}\!\left(\tau_h\,\tfrac{q^\top k}{\lVert q\rVert\lVert k\rVert}\right)V`,
    meaning: 'Only the directions of queries and keys count.',
    parameters: 'per head: log τ, initially log 10, at most log 100',
    reduction: 'never',
    invariant: 'scaling a query or a key changes nothing',
    source: 'Liu et al. 2022, arXiv 2111.09883 (Swin V2)',
  },
  {
    id: 'hopfield',
    name: 'Hopfield retrieval',
    choices: { retrieval: 1 },
    formula: String.raw`${softmax}\!\left(\tfrac{\xi K^\top}{\sqrt d}\right)V,\quad \xi\leftarrow${softmax}(\beta_h\,\xi K^\top)K`,
    meaning: 'The query first moves towards the keys that it resembles.',
    parameters: 'per head: β, initially 1/√d',
    reduction: 'no retrieval steps',
    invariant:
      'a retrieval step never raises the Hopfield energy; at large β its fixed point is the nearest key',
    source: 'Ramsauer et al. 2021, arXiv 2008.02217',
  },
]
