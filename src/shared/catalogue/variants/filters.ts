/** Functions of the attention matrix. */
import { anyRowsSumTo, type Row } from './row.ts'

export const filters: readonly Row[] = [
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
