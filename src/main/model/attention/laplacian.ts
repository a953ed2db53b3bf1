/**
 * Laplacian attention: (A − I) V with A = softmax(QKᵀ/√d), that is Σ_j a_ij (v_j − v_i): graph diffusion.
 * Ravuri & Lawrence 2025, arXiv 2507.21040. The identity is subtracted after the softmax, so a causal first token
 * reads (1 − 1) v₀ = 0. A V − V is computed instead of A − I: the same numbers, without touching T × T entries again.
 * Dropout of attention weights drops entries of A and none of I.
 */
import { standard } from './standard.ts'
import type { AttentionVariant } from './variant.ts'

export const laplacian: AttentionVariant = {
  id: 'laplacian',
  parameters: () => [],
  read(inputs) {
    const { readings, pattern } = standard.read(inputs)
    return { readings: readings.sub(inputs.value), pattern }
  },
}
