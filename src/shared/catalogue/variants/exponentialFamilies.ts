/** Attention as the gradient of a log normaliser, with the terms that a base measure adds (theory A). */
import { softmax, type Row } from './row.ts'

export const exponentialFamilies: readonly Row[] = [
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
