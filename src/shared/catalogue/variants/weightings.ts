/** Other ways to make weights of scores. */
import { anyRowsSumTo, type Row } from './row.ts'

export const weightings: readonly Row[] = [
  {
    id: 'sigmoid',
    name: 'Sigmoid',
    choices: { normaliser: 'sigmoid' },
    formula: String.raw`\sigma\!\left(\tfrac{QK^\top}{\sqrt d}+b_h\right)V`,
    meaning: 'Every weight stands alone: tokens do not compete for attention.',
    parameters: 'per head: b, initially −log of the longest sequence',
    reduction: 'never',
    invariant:
      'zero scores with b = −log n give rows that sum to n/(n + 1); entries of a row do not depend on each other',
    source: 'Ramapuram et al. 2024, arXiv 2409.04431',
  },
  {
    id: 'softmax-one',
    name: 'Softmax one',
    choices: { normaliser: 'softmax-one' },
    formula: String.raw`\frac{e^{s_{ij}}}{1+\sum_j e^{s_{ij}}}\,V`,
    meaning: 'A head may attend to nothing.',
    parameters: 'none',
    reduction: 'in the limit of large scores',
    invariant: 'standard attention with one more key and value, both zero; rows sum to less than 1',
    source: 'Miller 2023, "Attention is off by one"',
  },
  {
    id: 'linear',
    name: 'Linear',
    choices: { normaliser: 'linear' },
    formula: String.raw`\frac{\phi(q)^\top\sum_j\phi(k_j)v_j^\top}{\phi(q)^\top\sum_j\phi(k_j)+10^{-6}},\quad \phi=\operatorname{elu}+1`,
    meaning: 'A kernel in place of the exponential: the form that needs linear time in the length.',
    parameters: 'none',
    reduction: 'never',
    invariant: `${anyRowsSumTo('1')}; the quadratic form equals the one by prefix sums`,
    source: 'Katharopoulos et al. 2020, arXiv 2006.16236',
  },
]
