/** Variants in which a token sees all others: no causal model can have them. */
import { softmax, type Row } from './row.ts'

export const visionOnly: readonly Row[] = [
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
