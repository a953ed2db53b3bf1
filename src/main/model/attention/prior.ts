/** log π of the keys, a position's own number; the magnitude prior is part of the scores that contain key norms. */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { perHead, type Choice, type Setting } from './axis.ts'

interface Prior extends Choice {
  /** Added to the scores (H, 1, T); undefined where nothing is. */
  bias(setting: Setting): tf.Tensor3D | undefined
}

const nothing: Prior = { bias: () => undefined }

export const priors: Record<AttentionAxes['prior'], Prior> = {
  none: nothing,
  magnitude: nothing,
  /** A learned log π of each head and position, initially 0; only ratios of π matter under a softmax. */
  position: {
    parameters: (shape) => [perHead('logPrior', shape, 0, shape.tokens)],
    bias: ({ inputs: { parameters, query } }) =>
      (parameters.logPrior as tf.Tensor3D).slice([0, 0, 0], [-1, -1, query.shape[2]]),
  },
}
