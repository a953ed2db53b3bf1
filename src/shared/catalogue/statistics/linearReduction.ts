/** Rows of theory 3.12; what computes them is src/main/statistics/linearReduction.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw

export const linearReduction: readonly StatisticRow[] = [
  {
    id: 'linearity',
    name: 'Linearity index',
    formula: tex`1-\frac{\lVert X_l-\hat X_l\rVert_F^2}{\lVert X_l-1\bar x_l^\top\rVert_F^2}\text{ on held-out tokens}`,
    meaning: 'How far the tokens of a layer are an affine map of the first ones.',
    range: '1 and less',
    reading: '1: linear, as paper C expects at the start; it falls as depth and training bend them.',
    caveat: 'Fitted to half of the tokens, which must be more than the channels.',
    source: 'Ravuri & Lawrence 2025, arXiv 2507.21040; theory 3.12',
    of: 'pair',
    profile: 'full',
    units: 'none',
  },
  {
    id: 'principal-correlation',
    name: 'Correlation of principal components',
    formula: tex`\tfrac1k\sum_{i\le k}\rho_i\text{ of the first }k\text{ components of both}`,
    meaning: 'Whether the main directions of the tokens are still those of the first ones.',
    range: '0 to 1',
    reading: '1: the same plane; cosines of the principal angles.',
    caveat: 'Two components of nearly equal variance may change places at the edge.',
    source: 'theory 3.12',
    of: 'pair',
    profile: 'full',
    units: 'none',
  },
  {
    id: 'graph-correlation',
    name: 'Correlation with the attention graph',
    formula: tex`\tfrac1k\sum_{i\le k}\rho_i\text{ with the smoothest vectors of }L=D-\tfrac{A+A^\top}2`,
    meaning: 'Whether the main directions of the tokens are the Laplacian eigenmap of their attention.',
    range: '0 to 1',
    reading: '1: what repeated smoothing leaves (paper C).',
    caveat: 'Of the first attention matrix and one sequence.',
    source: 'Belkin & Niyogi 2003, doi 10.1162/089976603321780317; theory C.3',
    of: 'attention',
    profile: 'full',
    units: 'none',
  },
]
