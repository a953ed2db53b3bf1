/**
 * The built-in attention variants: choices on the axes of ../attention.ts with what a person should know about them.
 * What the choices compute is in src/main/model/attention/. docs/attention.md is made from these rows.
 */
import { attentionAxesSchema, futureLeak, type AttentionAxes, type AttentionChoices } from '../attention.ts'
import type { Variant } from '../contract.ts'

type Row = Omit<Variant, 'axes' | 'futureLeak' | 'own' | 'family'> & { choices: AttentionChoices }

const softmax = String.raw`\operatorname{softmax}`
const anyRowsSumTo = (sum: string) => `rows of the operator sum to ${sum}`

const standard: Row[] = [
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

const diffusion: Row[] = [
  {
    id: 'laplacian',
    name: 'Laplacian',
    choices: { operator: 'laplacian' },
    formula: String.raw`\left(${softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)-I\right)V`,
    meaning: 'Graph diffusion: every token reads how the average differs from its own value.',
    parameters: 'none',
    reduction: 'never: it differs by −V',
    invariant: `${anyRowsSumTo('0')}; the same vector added to every value changes nothing; a causal first token reads 0`,
    source: 'Ravuri & Lawrence 2025, arXiv 2507.21040',
  },
  {
    id: 'laplacian-heads',
    name: 'Laplacian on some heads',
    choices: { operator: 'laplacian-heads' },
    formula: String.raw`A_hV_h\ (h\le H-k),\quad (I-A_h)V_h\ (h>H-k)`,
    meaning:
      'The last k of H heads diffuse, the others average; k is half of them unless laplacianShare says otherwise.',
    parameters: 'none',
    reduction: 'laplacianShare = 0',
    invariant:
      'rows of the last k heads sum to 0, of the others to 1; laplacianShare = 1 is the Laplacian with the other sign',
    source: 'Zhang & Papyan 2025 (public code; theory C.5)',
  },
  {
    id: 'laplacian-gamma',
    name: 'Learned Laplacian',
    choices: { operator: 'laplacian-gamma' },
    formula: String.raw`(A-\gamma_hI)V`,
    meaning: 'How much of the identity is subtracted is learned, head by head.',
    parameters: 'per head: γ, initially 0 (the axis value gamma)',
    reduction: 'γ = 0; γ = 1 is the Laplacian, γ = −1 adds the identity',
    invariant: 'affine in γ: readings at 1 minus readings at 0 are −V',
    source: 'derived here (theory 2.2)',
  },
  {
    id: 'plus-identity',
    name: 'Plus identity',
    choices: { operator: 'plus-identity' },
    formula: String.raw`(A+I)V`,
    meaning: 'A control: the same extra path from a token to itself as the Laplacian, with the other sign.',
    parameters: 'none',
    reduction: 'never: it differs by V',
    invariant: `${anyRowsSumTo('2')}; the mean of it and the Laplacian is standard attention`,
    source: 'control, derived here (theory C.6)',
  },
  {
    id: 'diagonal-masked',
    name: 'Masked diagonal',
    choices: { diagonal: 'masked' },
    formula: String.raw`${softmax}\!\left(\tfrac{QK^\top}{\sqrt d}-\infty I\right)V`,
    meaning: 'No token attends to itself, except a causal first one, which sees nobody else.',
    parameters: 'none',
    reduction: 'never exactly; nearly where no token attends to itself',
    invariant: `the diagonal of A is 0 and ${anyRowsSumTo('1')}`,
    source: 'Lee et al. 2021, arXiv 2112.13492 (LSA)',
  },
  {
    id: 'xsa',
    name: 'Exclusive',
    choices: { readout: 'exclusive' },
    formula: String.raw`y_i-\frac{y_i^\top v_i}{\lVert v_i\rVert^2}\,v_i,\quad y=AV`,
    meaning: 'What a token reads is made orthogonal to its own value.',
    parameters: 'none',
    reduction: 'where every reading is orthogonal to the own value already',
    invariant: 'the reading of a token is orthogonal to its value; a causal first token reads 0',
    source: 'exclusive self-attention, arXiv 2603.09078',
  },
]

const exponentialFamilies: Row[] = [
  {
    id: 'exponential-family',
    name: 'Exponential family',
    choices: { prior: 'position', term: 'covariance' },
    formula: String.raw`\Sigma\eta+${softmax}(\log\pi+K\eta)\,V,\quad \eta=\tfrac{q}{\sqrt d}`,
    meaning: 'The gradient of a log normaliser whose base measure is a mixture of Gaussians around the keys.',
    parameters: 'per head: diagonal Σ (d values, initially 0) and log π (one per position, initially 0)',
    reduction: 'Σ = 0 and uniform π',
    invariant: 'with V = K it is the gradient of ½ηᵀΣη + log Σ π exp(Kη); only ratios of π matter',
    source: 'Shim 2022, arXiv 2205.01080, proposition 2',
  },
  {
    id: 'exponential-family-low-rank',
    name: 'Exponential family, low rank',
    choices: { prior: 'position', term: 'low-rank' },
    formula: String.raw`LL^\top\eta+${softmax}(\log\pi+K\eta)\,V`,
    meaning: 'The same with a full covariance of low rank, Σ = L Lᵀ.',
    parameters: 'per head: L (d × 4, initially N(0, 0.02²)) and log π (one per position, initially 0)',
    reduction: 'L = 0 and uniform π',
    invariant: 'Σ is positive semi-definite; with V = K it is the gradient of the log normaliser',
    source: 'derived from Shim 2022 (theory 2.2)',
  },
  {
    id: 'exponential-family-per-component',
    name: 'Exponential family, a covariance per key',
    choices: { prior: 'position', term: 'per-component' },
    formula: String.raw`\sum_j r_{ij}(v_j+\Sigma_j\eta_i),\quad r_{ij}\propto\pi_j\,e^{k_j^\top\eta_i+\frac12\eta_i^\top\Sigma_j\eta_i}`,
    meaning: 'Every key has a Gaussian of its own shape, and wide ones count more for a long query.',
    parameters:
      'a linear map from a token to the diagonal of its Σ (C × C, initially 0), per head log π per position',
    reduction: 'all Σ = 0 and uniform π',
    invariant: 'with V = K it is the gradient of log Σ π exp(k·η + ½ηᵀΣη)',
    source: 'derived from Shim 2022 (theory A.4)',
  },
  {
    id: 'moment',
    name: 'Moment',
    choices: { score: 'uniform', term: 'moment' },
    formula: String.raw`\bar v+\operatorname{Cov}(v,k)\,\eta`,
    meaning:
      'Keys as one Gaussian with the moments of the tokens seen so far: attention to first order in the query.',
    parameters: 'none',
    reduction: 'in the limit of short queries, with an error of the order ‖η‖²',
    invariant: 'halving η divides the difference from standard attention by about 4',
    source: 'Shim 2022, arXiv 2205.01080, corollary 1, with empirical moments',
  },
  {
    id: 'log-normalizer',
    name: 'Log normaliser',
    choices: { readout: 'tied-gradient' },
    formula: String.raw`\frac{a}{\sqrt d}\sum_h A_h\,(XW_{K,h})\,W_{Q,h}^\top`,
    meaning: 'The gradient of Σ log Z with respect to the token itself: no value and no output map.',
    parameters: 'a step per layer, initially 1; the value map and the output map are absent',
    reduction: 'never: it has fewer parameters',
    invariant: 'it is the gradient of Σ over heads of log Z with keys fixed',
    source: 'derived from Shim 2022; Hoover et al. 2023, arXiv 2302.07253 (energy transformer)',
  },
]

const mixtures: Row[] = [
  {
    id: 'mixture-of-gaussians',
    name: 'Mixture of Gaussians',
    choices: { score: 'mixture', prior: 'position' },
    formula: String.raw`${softmax}_j\!\left(\log\pi_j-\tfrac{\alpha_j}2\lVert q-k_j\rVert^2+\tfrac d2\log\alpha_j\right)V`,
    meaning: 'The posterior over which key, a Gaussian with its own precision, made the query.',
    parameters:
      'per head: log α = a + w·x with a initially log d^(−1/2) and w (C) initially 0, log π per position initially 0',
    reduction: 'prior "magnitude", w = 0 and α = 1/√d',
    invariant: 'the same vector added to the query and all keys changes nothing',
    source: 'Movellan & Gabbur 2020, arXiv 2010.15583',
  },
  {
    id: 'l2',
    name: 'Distance',
    choices: { score: 'distance' },
    formula: String.raw`${softmax}\!\left(-\tfrac{\lVert q-k\rVert^2}{2\sqrt d}\right)V`,
    meaning: 'Near keys count, whatever their length.',
    parameters: 'none',
    reduction: 'where all keys have the same norm; it is standard attention with log π = −‖k‖²/(2√d)',
    invariant: 'the same vector added to the query and all keys changes nothing',
    source: 'after Kim et al. 2021, arXiv 2006.04710',
  },
  {
    id: 'l2-laplacian',
    name: 'Distance Laplacian',
    choices: { score: 'distance', operator: 'laplacian' },
    formula: String.raw`\left(${softmax}\!\left(-\tfrac{\lVert q-k\rVert^2}{2\sqrt d}\right)-I\right)V`,
    meaning: 'Graph diffusion on distances; with Q = K = V a step of mean shift.',
    parameters: 'none',
    reduction: 'never',
    invariant: 'with Q = K = V it is √d times the gradient of the log density of the mixture',
    source: 'derived from papers B and C (theory 1.4)',
  },
]

const comparisons: Row[] = [
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

const weightings: Row[] = [
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

const filters: Row[] = [
  {
    id: 'differential',
    name: 'Differential',
    choices: { operator: 'differential' },
    formula: String.raw`(1-\lambda_0)\operatorname{RMSNorm}\bigl((A_1-\lambda A_2)[V_1,V_2]\bigr)`,
    meaning: 'Two neighbouring heads share their values, and the second is subtracted from the first.',
    parameters:
      'per layer: four vectors (d, initially N(0, 0.1²)) that make λ, and the scale of the norm (2d, initially 1)',
    reduction: 'never: the norm of a pair stays',
    invariant: 'before the norm rows sum to 1 − λ; A₂ = I and λ = 1 give the Laplacian; heads must be even',
    source: 'Ye et al. 2024, arXiv 2410.05258',
  },
  {
    id: 'attention-scale',
    name: 'Attention scale',
    choices: { operator: 'attention-scale' },
    formula: String.raw`\bigl(U+(1+w_h)(A-U)\bigr)V,\quad U_{ij}=\tfrac1n`,
    meaning: 'The uniform part of attention and the rest are weighed apart.',
    parameters: 'per head: w, initially 0',
    reduction: 'w = 0',
    invariant: `${anyRowsSumTo('1')} for every w; w = −1 is the mean of the tokens seen`,
    source: 'Wang et al. 2022, arXiv 2203.05962 (AttnScale)',
  },
  {
    id: 'gfsa',
    name: 'Graph filter',
    choices: { operator: 'graph-filter' },
    formula: String.raw`\bigl(A+\lambda_h(A+(K-1)(A^2-A))\bigr)V,\quad K=4`,
    meaning: 'A polynomial of the attention matrix instead of the matrix itself.',
    parameters: 'per head: λ, initially 0',
    reduction: 'λ = 0',
    invariant: anyRowsSumTo('1 + λ'),
    source: 'Choi et al. 2024, arXiv 2312.04234 (GFSA)',
  },
]

const visionOnly: Row[] = [
  {
    id: 'sinkhorn',
    name: 'Sinkhorn',
    choices: { normaliser: 'sinkhorn' },
    formula: String.raw`\operatorname{Sinkhorn}_5\!\left(e^{QK^\top/\sqrt d}\right)V`,
    meaning: 'Rows and columns sum to one: every token is read as much as it reads.',
    parameters: 'none',
    reduction: 'one iteration',
    invariant: 'rows sum to 1 where the number of iterations is odd; columns too in the limit',
    source: 'Sander et al. 2022, arXiv 2110.11773 (Sinkformers)',
  },
  {
    id: 'symmetric-laplacian',
    name: 'Symmetric Laplacian',
    choices: { normaliser: 'symmetric', operator: 'laplacian-heads', laplacianShare: 1 },
    formula: String.raw`\bigl(I-D^{-\frac12}WD^{-\frac12}\bigr)V,\quad W=\tfrac12\bigl(e^{S}+e^{S^\top}\bigr)`,
    meaning: 'The normalised Laplacian of an undirected graph.',
    parameters: 'none',
    reduction: 'never',
    invariant: 'symmetric, eigenvalues in [0, 2], with the square roots of the degrees in its kernel',
    source: 'derived from paper C (theory 2.2)',
  },
  {
    id: 'diffusion-maps',
    name: 'Diffusion maps',
    choices: { normaliser: 'column-corrected' },
    formula: String.raw`${softmax}_j\!\left(s_{ij}-a\log\sum_{i'}e^{s_{i'j}}\right)V,\quad a=1`,
    meaning: 'Keys that everybody looks at count less: the density of the tokens is divided out.',
    parameters: 'none',
    reduction: 'columnExponent = 0',
    invariant: 'it equals the rows of D^−a W D^−a normalised; a = 1 normalises columns, then rows',
    source: 'Coifman & Lafon 2006, doi 10.1016/j.acha.2006.04.006',
  },
  {
    id: 'key-adaptation',
    name: 'Key adaptation',
    choices: { score: 'mixture', prior: 'position', keyAdaptation: 1 },
    formula: String.raw`k_j\leftarrow\frac{\lambda_hk_j+\alpha_j\sum_iw_{ij}q_i}{\lambda_h+\alpha_j\sum_iw_{ij}}`,
    meaning: 'The keys first move towards the queries that they explain, by expectation maximisation.',
    parameters:
      'those of the mixture of Gaussians, and per head λ = softplus of a number that is initially 100',
    reduction: 'that of the mixture of Gaussians, with no adaptation steps or λ → ∞',
    invariant: 'a step never lowers the penalised likelihood of the queries',
    source: 'Gabbur, Bilkhu & Movellan 2021, arXiv 2106.15338',
  },
]

const families: readonly [name: string, rows: Row[]][] = [
  ['Standard', standard],
  ['Graph diffusion', diffusion],
  ['Exponential families', exponentialFamilies],
  ['Mixtures and distances', mixtures],
  ['Ways to compare', comparisons],
  ['Ways to weigh', weightings],
  ['Filters', filters],
  ['Images only', visionOnly],
]

export const variants: readonly Variant[] = families.flatMap(([family, rows]) =>
  rows.map(({ choices, ...row }) => {
    const axes = attentionAxesSchema.parse(choices)
    return { ...row, family, axes, futureLeak: futureLeak(axes), own: false }
  }),
)

/** The axes of a built-in variant. */
export function presetAxes(id: string): AttentionAxes {
  const variant = variants.find((candidate) => candidate.id === id)
  if (!variant) throw new Error(`There is no built-in attention variant "${id}".`)
  return variant.axes
}
