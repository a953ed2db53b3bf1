/** Rows of theory 3.2; what computes them is src/main/statistics/spectrum.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const shared = { of: 'tokens', profile: 'full', units: 'none' } as const
const dimensions = { of: 'tokens', profile: 'full', units: 'dimensions' } as const
const notMany = 'Needs more tokens than channels: with n tokens no more than n − 1 dimensions can show.'

export const spectrum: readonly StatisticRow[] = [
  {
    id: 'participation-ratio',
    name: 'Participation ratio',
    formula: tex`(\operatorname{tr}C)^2/\lVert C\rVert_F^2=(\textstyle\sum\lambda)^2/\sum\lambda^2`,
    meaning: 'How many dimensions the variance of the tokens fills; large eigenvalues count most.',
    range: '1 to D',
    reading: '1: all on a line; D: the same variance in every direction.',
    caveat: 'Of n draws from N(0, I) it is about nD/(n + D), not D.',
    source: 'Gao et al. 2017, doi 10.1101/214262',
    ...dimensions,
    profile: 'light',
  },
  {
    id: 'effective-rank-eigenvalues',
    name: 'Effective rank (eigenvalues)',
    formula: tex`\exp\bigl(-\textstyle\sum p_i\log p_i\bigr),\ p_i=\lambda_i/\sum\lambda`,
    meaning: 'How many equal variances would have the entropy of those of the tokens.',
    range: '1 to D',
    reading: 'Between the participation ratio and the effective rank by singular values.',
    caveat: `Eigenvalues of the covariance, as in much public code; Roy & Vetterli use singular values. ${notMany}`,
    source: 'after Roy & Vetterli 2007 (EUSIPCO)',
    ...dimensions,
  },
  {
    id: 'effective-rank-singular-values',
    name: 'Effective rank (singular values)',
    formula: tex`\exp\bigl(-\textstyle\sum p_i\log p_i\bigr),\ p_i=\sigma_i/\sum\sigma,\ \sigma_i=\sqrt{n\lambda_i}`,
    meaning: 'The same with standard deviations in place of variances: weak directions count more.',
    range: '1 to D',
    reading: 'The original definition, here of centred tokens.',
    caveat: `RankMe does not centre the tokens. ${notMany}`,
    source: 'Roy & Vetterli 2007 (EUSIPCO); Garrido et al. 2023, arXiv 2210.02885',
    ...dimensions,
  },
  {
    id: 'stable-rank',
    name: 'Stable rank',
    formula: tex`\operatorname{tr}C/\lambda_1`,
    meaning: 'The variance of the tokens in units of that of their main direction.',
    range: '1 to D',
    reading: '1: all on a line.',
    caveat: 'Only the largest eigenvalue decides it.',
    source: 'Rudelson & Vershynin 2007, doi 10.1145/1255443.1255449',
    ...dimensions,
  },
  {
    id: 'top-eigenvalue-share',
    name: 'Share of the first component',
    formula: tex`\lambda_1/\textstyle\sum\lambda`,
    meaning: 'The share of the variance along the main direction.',
    range: '0 to 1',
    reading: '1: all on a line.',
    caveat: 'The reciprocal of the stable rank.',
    source: 'theory 3.2',
    ...shared,
  },
  {
    id: 'top-ten-eigenvalue-share',
    name: 'Share of ten components',
    formula: tex`(\lambda_1+\dots+\lambda_{10})/\textstyle\sum\lambda`,
    meaning: 'The share of the variance within the first ten principal components.',
    range: '0 to 1',
    reading: '1: the tokens lie in ten dimensions; 10/D: nothing stands out.',
    caveat: notMany,
    source: 'theory 3.2',
    ...shared,
  },
  {
    id: 'spectrum-slope',
    name: 'Slope of the spectrum',
    formula: tex`\text{slope of }\log\lambda_i\text{ over }\log i`,
    meaning: 'How fast the eigenvalues fall.',
    range: '0 and less',
    reading: '−1: halved whenever the index doubles; near 0: flat.',
    caveat: 'Fitted over all eigenvalues above 10⁻¹² of the largest; a bent spectrum has no one slope.',
    source: 'Stringer et al. 2019, doi 10.1038/s41586-019-1346-5',
    ...shared,
  },
]
