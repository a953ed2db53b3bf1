/** How a model knows where a token stands. Dimension letters are in parameters.ts. */
import * as tf from '@tensorflow/tfjs'

/**
 * Rotary positions (Su et al. 2021, arXiv 2104.09864): channels i and i + d/2 of token t are turned by the angle
 * t · 10000^(−2i/d), so that a dot product depends on the distance between two tokens only.
 * x (B, H, T, d) with even d → (B, H, T, d)
 */
export function rotated(x: tf.Tensor4D): tf.Tensor4D {
  const [, , tokens, width] = x.shape
  const half = width / 2
  const angle = (index: number) => Math.floor(index / half) * 10_000 ** (-(index % half) / half)
  const table = (of: (angle: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: tokens * half }, (_, index) => of(angle(index))),
      [tokens, half],
    )
  const [cosine, sine] = [table(Math.cos), table(Math.sin)] // (T, d/2)
  const [first, second] = tf.split(x, 2, 3) as [tf.Tensor4D, tf.Tensor4D] // (B, H, T, d/2)
  return tf.concat(
    [first.mul(cosine).sub(second.mul(sine)), second.mul(cosine).add(first.mul(sine))],
    3,
  ) as tf.Tensor4D // (B, H, T, d)
}
