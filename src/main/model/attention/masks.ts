/** Constant matrices over pairs of tokens (T, T): who may look where. */
import * as tf from '@tensorflow/tfjs'

/** What is added to a score that must not count. Finite, so that a row may consist of nothing else. */
const forbidden = -1e9

const pairs = (tokens: number, entry: (row: number, column: number) => number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: tokens * tokens }, (_, index) =>
      entry(Math.floor(index / tokens), index % tokens),
    ),
    [tokens, tokens],
  )

/** 0 on and below the diagonal, −1e9 above: a token sees itself and what came before. (T, T) */
export const causalMask = (tokens: number): tf.Tensor2D =>
  pairs(tokens, (row, column) => (column > row ? forbidden : 0))

/** −1e9 on the diagonal, except where a token can see nobody but itself: the first one, under a causal mask. (T, T) */
export const diagonalMask = (tokens: number, isCausal: boolean): tf.Tensor2D =>
  pairs(tokens, (row, column) => (row === column && tokens > 1 && !(isCausal && row === 0) ? forbidden : 0))

/** 1 where a token may look, 0 elsewhere. (T, T) */
export const allowedPairs = (tokens: number, isCausal: boolean): tf.Tensor2D =>
  pairs(tokens, (row, column) => (isCausal && column > row ? 0 : 1))

/** The uniform distribution over the tokens that each token may look at: its product with V is their mean. (T, T) */
export const uniformWeights = (tokens: number, isCausal: boolean): tf.Tensor2D =>
  pairs(tokens, (row, column) => {
    const seen = isCausal ? row + 1 : tokens
    return column < seen ? 1 / seen : 0
  })
