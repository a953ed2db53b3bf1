/** Rows of theory 3.11; what computes them is src/main/statistics/intrinsicDimension.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const shared = {
  range: '0 and more',
  of: 'tokens',
  profile: 'full',
  units: 'dimensions',
  source: 'Facco et al. 2017, doi 10.1038/s41598-017-11873-y',
} as const

export const intrinsicDimension: readonly StatisticRow[] = [
  {
    id: 'intrinsic-dimension',
    name: 'Intrinsic dimension (TwoNN)',
    formula: tex`N/\textstyle\sum_i\log\mu_i,\ \mu=r_2/r_1`,
    meaning: 'How many dimensions the cloud has close up, by the distances to the two nearest tokens.',
    reading: 'Below the effective rank where the cloud is a bent surface.',
    caveat:
      'Many dimensions are underestimated: 1000 Gaussian tokens have about 23 of 32. Of duplicates one is kept.',
    ...shared,
  },
  {
    id: 'intrinsic-dimension-slope',
    name: 'Intrinsic dimension (slope)',
    formula: tex`\text{slope of }-\log(1-i/N)\text{ over }\log\mu_{(i)}`,
    meaning: 'The same by a line through the ratios without the largest tenth.',
    reading: 'Far from the other: the tokens are not spread evenly.',
    caveat: 'Of duplicates one is kept.',
    ...shared,
  },
]
