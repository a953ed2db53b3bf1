/** Rows of theory 3.10; what computes them is src/main/statistics/similarity.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const shared = { of: 'pair', profile: 'full', units: 'none' } as const
const floor = 'Two seeds of the same variant are the noise floor.'

export const similarity: readonly StatisticRow[] = [
  {
    id: 'linear-alignment',
    name: 'Linear CKA',
    formula: tex`\lVert Y_c^\top X_c\rVert_F^2/(\lVert X_c^\top X_c\rVert_F\lVert Y_c^\top Y_c\rVert_F)`,
    meaning: 'Whether two clouds have the same pairs of tokens near each other.',
    range: '0 to 1',
    reading: '1: one is the other turned, scaled and moved.',
    caveat: `Too high with fewer than about ten tokens per channel: see the debiased one. ${floor}`,
    source: 'Kornblith et al. 2019, arXiv 1905.00414',
    ...shared,
  },
  {
    id: 'linear-alignment-debiased',
    name: 'Linear CKA, debiased',
    formula: tex`\frac{\mathrm{HSIC}_1(X,Y)}{\sqrt{\mathrm{HSIC}_1(X,X)\,\mathrm{HSIC}_1(Y,Y)}}`,
    meaning: 'The same by an estimator that independent clouds make 0 on average.',
    range: '1 and less, 0 by chance',
    reading: 'As the other, for any number of tokens.',
    caveat: `A little below 0 at times. ${floor}`,
    source: 'Nguyen et al. 2021, arXiv 2010.15327',
    ...shared,
  },
  {
    id: 'canonical-correlation',
    name: 'Mean canonical correlation',
    formula: tex`\tfrac1r\sum_{i\le r}\rho_i`,
    meaning: 'Whether one cloud can be computed from the other by a linear map.',
    range: '0 to 1',
    reading: '1: an invertible linear map joins them.',
    caveat: 'Weak directions count as much as strong ones. Needs more tokens than both clouds have channels.',
    source: 'Hotelling 1936; theory 3.10',
    ...shared,
  },
  {
    id: 'singular-vector-canonical-correlation',
    name: 'SVCCA',
    formula: tex`\text{the same of the components with 99\% of the variance}`,
    meaning: 'The mean canonical correlation without the directions of noise.',
    range: '0 to 1',
    reading: 'As the mean canonical correlation.',
    caveat: floor,
    source: 'Raghu et al. 2017, arXiv 1706.05806',
    ...shared,
  },
  {
    id: 'procrustes-disparity',
    name: 'Procrustes disparity',
    formula: tex`1-\lVert\hat X^\top\hat Y\rVert_*^2,\ \hat X=X_c/\lVert X_c\rVert_F`,
    meaning: 'What is left when one cloud is turned, scaled and moved onto the other.',
    range: '0 to 1',
    reading: '0: nothing is left.',
    caveat: floor,
    source: 'Gower 1975, doi 10.1007/BF02291478',
    ...shared,
  },
  {
    id: 'mutual-neighbours',
    name: 'Mutual neighbours',
    formula: tex`\tfrac1n\sum_i|N_{10}^X(i)\cap N_{10}^Y(i)|/10`,
    meaning: 'The share of the ten nearest tokens that are the same in both clouds.',
    range: '0 to 1',
    reading: '10/(n − 1) by chance.',
    caveat: 'Duplicates are ranked by their order in both clouds alike, which makes it too high.',
    source: 'Huh et al. 2024, arXiv 2405.07987',
    ...shared,
  },
]
