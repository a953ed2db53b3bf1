/** Rows of theory 3.13; what computes them is src/main/statistics/classGeometry.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const shared = { of: 'labels', profile: 'full', units: 'none' } as const
const collapse = 'Papyan, Han & Donoho 2020, arXiv 2008.08186'

export const classGeometry: readonly StatisticRow[] = [
  {
    id: 'between-class-share',
    name: 'Variance between classes',
    formula: tex`\textstyle\sum_cn_c\lVert\bar x_c-\bar x\rVert^2/\sum_i\lVert x_i-\bar x\rVert^2`,
    meaning: 'The share of the variance of tokens that their class explains.',
    range: '0 to 1',
    reading: '1: tokens of a class are the same.',
    caveat: 'Of a text the class is the next token. By chance it is (C − 1)/(n − 1) with C classes.',
    source: 'theory 3.13',
    ...shared,
  },
  {
    id: 'between-sequence-share',
    name: 'Variance between sequences',
    formula: tex`\textstyle\sum_{cs}n_{cs}\lVert\bar x_{cs}-\bar x_c\rVert^2/\sum_i\lVert x_i-\bar x\rVert^2`,
    meaning: 'The share that the sequence explains beside the class; the rest lies within a sequence.',
    range: '0 to 1',
    reading: 'High: tokens carry what their sequence is about.',
    caveat: 'A class with one token in each sequence has nothing within.',
    source: 'theory 3.13',
    ...shared,
  },
  {
    id: 'class-variability',
    name: 'Variability collapse (NC1)',
    formula: tex`\operatorname{tr}(S_WS_B^+)/C`,
    meaning: 'How wide classes are beside their distance.',
    range: '0 and more',
    reading: '0: collapsed to one point each.',
    caveat: 'Each class counts once, however many tokens it has.',
    source: collapse,
    ...shared,
  },
  {
    id: 'class-mean-cosine',
    name: 'Cosine of class means (NC2)',
    formula: tex`\text{mean over pairs of }\cos(\mu_a-\mu,\mu_b-\mu)`,
    meaning: 'The angle between two classes, on average.',
    range: '−1/(C − 1) and more',
    reading: '−1/(C − 1): means of equal length have no other.',
    caveat: 'An average hides much: see the deviation of the angles.',
    source: collapse,
    ...shared,
  },
  {
    id: 'class-angle-deviation',
    name: 'Deviation of class angles (NC2)',
    formula: tex`\text{mean over pairs of }|\cos(\mu_a-\mu,\mu_b-\mu)+\tfrac1{C-1}|`,
    meaning: 'How far the class means are from the angles of a simplex.',
    range: '0 and more',
    reading: '0: all are equally far apart.',
    caveat: 'Needs at least C − 1 channels to become 0.',
    source: collapse,
    ...shared,
  },
  {
    id: 'class-norm-variation',
    name: 'Variation of class norms (NC2)',
    formula: tex`\operatorname{sd}_c\lVert\mu_c-\mu\rVert/\operatorname{mean}_c\lVert\mu_c-\mu\rVert`,
    meaning: 'Whether all classes lie equally far out.',
    range: '0 and more',
    reading: '0: equally far.',
    caveat: 'Rare classes have noisy means, which lie farther out.',
    source: collapse,
    ...shared,
  },
]
