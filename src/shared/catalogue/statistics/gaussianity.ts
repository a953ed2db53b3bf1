/** Rows of theory 3.4; what computes them is src/main/statistics/gaussianity. Every number has one of a surrogate. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const dependent = 'Tokens depend on each other: compare with the surrogate, not with a table.'
const shared = { of: 'tokens', profile: 'full', units: 'none', caveat: dependent } as const

const multivariate: readonly StatisticRow[] = [
  {
    id: 'mahalanobis-variance-ratio',
    name: 'Variance of Mahalanobis distances',
    formula: tex`\operatorname{var}(d_i^2)/2k,\quad d_i^2=(x_i-\bar x)^\top C^{-1}(x_i-\bar x)`,
    meaning: 'Whether tokens lie as near and as far as Gaussian ones, in 32 principal components.',
    range: '0 and more',
    reading: '1: as a Gaussian; 0: on an ellipsoid; large: few tokens far out.',
    source: 'theory 3.4',
    ...shared,
  },
  {
    id: 'mahalanobis-kolmogorov',
    name: 'Mahalanobis distances against χ²',
    formula: tex`\sup_t\left|F_n(t)-F_{\chi^2_k}(t)\right|,\ F_n\text{ of }d_i^2`,
    meaning: 'The largest gap between the distribution of the distances and that of a Gaussian.',
    range: '0 to 1',
    reading: 'Near 0: Gaussian; it is the Q-Q plot in one number.',
    source: 'theory 3.4',
    ...shared,
  },
  {
    id: 'mardia-skewness',
    name: "Mardia's skewness",
    formula: tex`b_1=\tfrac1{n^2}\sum_{ij}m_{ij}^3,\quad m=X_cC^{-1}X_c^\top`,
    meaning: 'How lopsided the cloud is, in 32 principal components.',
    range: '0 and more',
    reading: 'Of n independent Gaussian tokens about k(k + 1)(k + 2)/n.',
    source: 'Mardia 1970, doi 10.1093/biomet/57.3.519',
    ...shared,
  },
  {
    id: 'mardia-kurtosis-ratio',
    name: "Mardia's kurtosis",
    formula: tex`\tfrac{b_2}{k(k+2)},\quad b_2=\tfrac1n\sum_im_{ii}^2`,
    meaning: 'How heavy the tails of the cloud are beside a Gaussian, in 32 principal components.',
    range: 'k/(k + 2) and more',
    reading: '1: as a Gaussian; more: heavy tails; least on an ellipsoid.',
    source: 'Mardia 1970, doi 10.1093/biomet/57.3.519',
    ...shared,
  },
  {
    id: 'henze-zirkler',
    name: 'Henze-Zirkler',
    formula: tex`T=n\int\left|\hat\varphi(t)-e^{-\lVert t\rVert^2/2}\right|^2w_\beta(t)\,dt`,
    meaning: 'How far the characteristic function is from that of a Gaussian, in 32 principal components.',
    range: '0 and more',
    reading: 'Large: not Gaussian.',
    source: 'Henze & Zirkler 1990, doi 10.1080/03610929008830400',
    ...shared,
    caveat: `In many dimensions it is near 1 for anything. ${dependent}`,
  },
  {
    id: 'negentropy',
    name: 'Negentropy',
    formula: tex`H_{\mathrm{Gauss}}-H_{\mathrm{kNN}}`,
    meaning: 'How much less entropy the tokens have than a Gaussian of their covariance, in 8 components.',
    range: '0 and more, a little below by error',
    reading: '0: Gaussian; 0.18 for each uniform component.',
    source: 'Kozachenko & Leonenko 1987; Kraskov et al. 2004, doi 10.1103/PhysRevE.69.066138',
    ...shared,
    units: 'nats',
    caveat: `Not defined where four or more tokens coincide; too small where the density has edges. ${dependent}`,
  },
  {
    id: 'energy-distance',
    name: 'Energy distance to a Gaussian',
    formula: tex`2\,\mathbb E\lVert X-Y\rVert-\mathbb E\lVert X-X'\rVert-\mathbb E\lVert Y-Y'\rVert`,
    meaning:
      'How far the tokens are from a Gaussian sample with their mean and covariance, in 32 components.',
    range: '0 and more',
    reading: '0: the same distribution.',
    source: 'Székely & Rizzo 2004',
    ...shared,
    units: 'standard deviations',
  },
]

const directions = [
  [
    'random',
    '64 random directions',
    'In many dimensions random projections of almost anything look Gaussian.',
  ],
  ['principal', '64 principal components', null],
  ['channels', '64 channels', null],
] as const

const measures: readonly Pick<StatisticRow, 'id' | 'name' | 'formula' | 'range' | 'reading' | 'units'>[] = [
  {
    id: 'sliced-wasserstein',
    name: 'Sliced Wasserstein distance',
    formula: tex`\tfrac1K\sum_u\int_0^1\left|F_u^{-1}(p)-\Phi^{-1}(p)\right|dp`,
    range: '0 and more',
    reading: '0: Gaussian; 0.15: uniform.',
    units: 'standard deviations',
  },
  {
    id: 'sliced-kolmogorov',
    name: 'Sliced Kolmogorov distance',
    formula: tex`\tfrac1K\sum_u\sup_t\left|F_u(t)-\Phi(t)\right|`,
    range: '0 to 1',
    reading: '0: Gaussian; 0.06: uniform.',
    units: 'none',
  },
  {
    id: 'sliced-kurtosis',
    name: 'Sliced excess kurtosis',
    formula: tex`\tfrac1K\sum_u\left|\tfrac{m_4^{(u)}}{(m_2^{(u)})^2}-3\right|`,
    range: '0 and more',
    reading: '0: Gaussian; 1.2: uniform; large: heavy tails.',
    units: 'none',
  },
]

const slicedRows: readonly StatisticRow[] = measures.flatMap((measure) =>
  directions.map(([set, along, blind]) => ({
    ...shared,
    ...measure,
    id: `${measure.id}-${set}`,
    name: `${measure.name} (${set})`,
    meaning: `How far tokens projected on ${along} are from a normal distribution, on average.`,
    caveat: blind === null ? dependent : `${blind} ${dependent}`,
    source: 'theory 3.4',
  })),
)

/** The same measure of a Gaussian sample with as many tokens and the same covariance. */
const surrogateOf = ({
  id,
  name,
  formula,
  range,
  units,
}: Pick<StatisticRow, 'id' | 'name' | 'formula' | 'range' | 'units'>): StatisticRow => ({
  ...shared,
  ...{ formula, range, units },
  id: `${id}-surrogate`,
  name: `${name}, surrogate`,
  meaning: 'The same for a Gaussian sample with as many tokens and their covariance.',
  reading: 'What Gaussian tokens would show: the difference from it is the effect.',
  caveat: 'One seeded sample, the same for all variants and steps.',
  source: 'theory 3.4',
})

export const gaussianity: readonly StatisticRow[] = [
  ...multivariate,
  ...slicedRows,
  ...multivariate.map(surrogateOf),
  ...measures.map(surrogateOf),
]
