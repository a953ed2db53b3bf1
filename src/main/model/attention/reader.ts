/**
 * From queries, keys and values to what each head reads, by the choices of a variant:
 *
 *     scores (+ priors and masks) → normaliser: A → operator: M V → + additive term → readout
 *
 * Pure and without knowledge of the model around it: layer.ts makes the queries, keys and values. Every axis is a file of
 * its own beside this one; what they mean together is in docs/attention.md.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import type { ParameterSpecification } from '../parameters.ts'
import { squaredNorm, type AttentionInputs, type AttentionShape } from './axis.ts'
import { diagonalMask } from './masks.ts'
import { adapted, movementParameters, retrieved } from './movement.ts'
import { normalisers } from './normalisers.ts'
import { operators } from './operators.ts'
import { priors } from './prior.ts'
import { scores } from './scores.ts'
import { terms } from './terms.ts'

export interface AttentionReader {
  /** What the variant learns beyond the maps of layer.ts, with short names. */
  readonly parameters: readonly ParameterSpecification[]
  read(inputs: AttentionInputs): {
    /** What each head read, before the map back to the residual stream. */
    readings: tf.Tensor4D // (B, H, T, d)
    /** The normalised matrix A, before the operator and dropout. */
    pattern: tf.Tensor4D // (B, H, T, T)
  }
}

/** The sum of those that are there. */
const sumOf = (parts: readonly (tf.Tensor | undefined)[]): tf.Tensor | undefined =>
  parts.reduce((sum, part) => (sum && part ? sum.add(part) : (sum ?? part)), undefined)

/** y − (y·v)v/‖v‖²: nothing of a token's own value is left. Exclusive self-attention, arXiv 2603.09078. (B, H, T, d) */
function withoutOwnShare(readings: tf.Tensor4D, values: tf.Tensor4D): tf.Tensor4D {
  const share = readings.mul(values).sum(-1, true).div(squaredNorm(values).add(1e-12)) // (B, H, T, 1)
  return readings.sub(values.mul(share))
}

export function attentionReader(axes: AttentionAxes, shape: AttentionShape): AttentionReader {
  const score = scores[axes.score]
  const prior = priors[axes.prior]
  const normaliser = normalisers[axes.normaliser]
  const operator = operators[axes.operator]
  const term = terms[axes.term]
  return {
    parameters: [
      ...movementParameters(axes, shape),
      ...[score, prior, normaliser, operator, term].flatMap(
        (choice) => choice.parameters?.(shape, axes) ?? [],
      ),
    ],

    read(inputs) {
      const tokens = inputs.query.shape[2]
      const diagonal =
        axes.diagonal === 'masked' ? diagonalMask(tokens, inputs.mask !== undefined) : undefined
      const masks = sumOf([inputs.mask, diagonal]) // (T, T)
      const setting = { inputs, axes, shape }
      const bias = sumOf([masks, prior.bias(setting)]) // (T, T), (H, 1, T) or (H, T, T)

      const query = retrieved(setting, masks)
      const key = adapted(setting, query, bias)
      const compared = score.compare(query, key, setting)
      const scored = sumOf([compared, term.score?.(query, setting), bias]) as tf.Tensor4D // (B, H, T, T)
      const weighting = normaliser.weigh(scored, setting)
      const applied = operator.apply(inputs.value, weighting, setting)
      const readings = sumOf([applied, term.reading?.(query, key, weighting, setting)]) as tf.Tensor4D
      return {
        readings: axes.readout === 'exclusive' ? withoutOwnShare(readings, inputs.value) : readings,
        pattern: weighting.pattern(),
      }
    },
  }
}
