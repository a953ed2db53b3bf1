/** Rows of theory 3.3; what computes them is src/main/statistics/isotropy.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw

export const isotropy: readonly StatisticRow[] = [
  {
    id: 'mean-cosine',
    name: 'Mean cosine',
    formula: tex`\frac{\lVert\sum_i\hat x_i\rVert^2-n}{n(n-1)},\quad\hat x=x/\lVert x\rVert`,
    meaning: 'The cosine between two tokens, on average over pairs.',
    range: '−1/(n − 1) to 1',
    reading: '1: all tokens point one way; 0: in all directions alike.',
    caveat: 'A common mean alone makes it large: compare the centred one.',
    source: 'Ethayarajh 2019, arXiv 1909.00512',
    of: 'tokens',
    profile: 'light',
    units: 'none',
  },
  {
    id: 'mean-cosine-centred',
    name: 'Mean cosine, centred',
    formula: tex`\text{the same of }x_i-\bar x`,
    meaning: 'The same without what all tokens have in common.',
    range: '−1/(n − 1) to 1',
    reading: 'Near 0 for most clouds; what is left are tokens that lie much farther out than others.',
    caveat: null,
    source: 'Ethayarajh 2019, arXiv 1909.00512',
    of: 'tokens',
    profile: 'light',
    units: 'none',
  },
  {
    id: 'partition-isotropy',
    name: 'Partition isotropy',
    formula: tex`\min_uZ(u)/\max_uZ(u),\quad Z(u)=\textstyle\sum_ie^{u\cdot x_i}`,
    meaning: 'Whether the partition function of paper A is the same in every direction.',
    range: '0 to 1',
    reading: '1: no direction is special.',
    caveat:
      'u runs over eigenvectors of XᵀX and their opposites. Longer tokens score lower: compare equal norms.',
    source: 'Mu & Viswanath 2018, arXiv 1702.01417; Arora et al. 2016, arXiv 1502.03520',
    of: 'tokens',
    profile: 'full',
    units: 'none',
  },
]
