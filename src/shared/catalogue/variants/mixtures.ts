/** Attention as the posterior of a mixture, and by distances (theory B). */
import { softmax, type Row } from './row.ts'

export const mixtures: readonly Row[] = [
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
