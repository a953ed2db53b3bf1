/** Standard attention: A V with A = softmax(QKᵀ/√d). Vaswani et al. 2017, arXiv 1706.03762, equation 1. */
import * as tf from '@tensorflow/tfjs'
import { attend } from '../../engine/operations/attend.ts'
import { scaledQuery, type AttentionVariant } from './variant.ts'

export const standard: AttentionVariant = {
  id: 'standard',
  parameters: () => [],
  read({ query, key, value, mask, gains }) {
    const scores = tf.matMul<tf.Tensor4D>(scaledQuery(query), key, false, true) // (B, H, T, T)
    const { readings, weights } = attend(mask ? scores.add(mask) : scores, value, gains)
    return { readings, pattern: weights }
  },
}
