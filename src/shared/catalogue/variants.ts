/** Attention variants as data. Their functions are in src/main/model/attention/, one file each, found by id. */
import type { Variant } from '../contract.ts'

export const variants: readonly Variant[] = [
  {
    id: 'standard',
    name: 'Standard',
    formula: String.raw`\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)V`,
    meaning: 'Every token reads a weighted average of the values of the tokens it attends to.',
    parameters: 'none',
    source: 'Vaswani et al. 2017, arXiv 1706.03762',
  },
  {
    id: 'laplacian',
    name: 'Laplacian',
    formula: String.raw`\left(\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)-I\right)V`,
    meaning: 'Graph diffusion: every token reads how the average differs from its own value.',
    parameters: 'none',
    source: 'Ravuri & Lawrence 2025, arXiv 2507.21040',
  },
  {
    id: 'exponential-family',
    name: 'Exponential family',
    formula: String.raw`\Sigma\eta+\operatorname{softmax}(\log\pi+K\eta)\,V,\quad \eta=\tfrac{q}{\sqrt d}`,
    meaning: 'The gradient of a log normaliser whose base measure is a mixture of Gaussians around the keys.',
    parameters: 'per head: diagonal Σ (d values, initially 0) and log π (one per position, initially 0)',
    source: 'Shim 2022, arXiv 2205.01080, proposition 2',
  },
]
