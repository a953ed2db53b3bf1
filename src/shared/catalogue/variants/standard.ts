/** The reference that every other variant is compared with. */
import { anyRowsSumTo, softmax, type Row } from './row.ts'

export const standard: readonly Row[] = [
  {
    id: 'standard',
    name: 'Standard',
    choices: {},
    formula: String.raw`${softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)V`,
    meaning: 'Every token reads a weighted average of the values of the tokens it attends to.',
    parameters: 'none',
    reduction: 'always: it is the reference',
    invariant: `${anyRowsSumTo('1')}; a causal first token reads its own value`,
    source: 'Vaswani et al. 2017, arXiv 1706.03762',
  },
]
