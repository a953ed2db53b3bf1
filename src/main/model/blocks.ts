/**
 * The stack of pre-norm transformer blocks (GPT-2's) that language models and vision transformers share, as a pure
 * function over named parameters. The attention variant is the only part that differs between the runs of an
 * experiment. What comes before and after is in transformer.ts and visionTransformer.ts; dimension letters are in
 * parameters.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { gelu } from '../engine/operations/gelu.ts'
import type { Tensors } from '../engine/program.ts'
import type { AttentionVariant } from './attention/variant.ts'
import { apply, normalise } from './linear.ts'
import { mapped, normed, type ParameterSpecification } from './parameters.ts'

export type BlockConfiguration = Pick<
  RunConfiguration,
  'layers' | 'heads' | 'width' | 'context' | 'mlpRatio' | 'biases'
>

/** Intermediates of a forward pass, named as TransformerLens names them: `blocks.2.attn.hook_pattern`. */
export type Taps = Tensors

export interface Blocks {
  readonly parameters: readonly ParameterSpecification[]
  /** The places where training may drop values, by name, with the shape of what is dropped there. */
  dropoutSites(batch: number, tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param residual the residual stream on entry (N, C)
   * @param mask added to the scores (T, T); absent where every token sees every other
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   */
  forward(
    weights: Tensors,
    residual: tf.Tensor2D,
    batch: number,
    mask: tf.Tensor2D | undefined,
    gains?: Tensors,
  ): { residual: tf.Tensor2D; taps: Taps }
}

/** Multiplies by the gains of a site, where there are any. */
export const dropOut = (gains: Tensors | undefined, site: string, x: tf.Tensor2D): tf.Tensor2D =>
  gains ? x.mul(gains[site]!) : x

/** The parameters whose names start with `prefix`, by the rest of their names. */
function within(weights: Tensors, prefix: string): Tensors {
  const entries = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

export function transformerBlocks(configuration: BlockConfiguration, variant: AttentionVariant): Blocks {
  const { layers, heads, width, context, mlpRatio, biases } = configuration
  const headWidth = width / heads
  const hidden = Math.round(mlpRatio * width)
  /** The maps that write to the residual stream start smaller by 1/√(2L), as in GPT-2. */
  const towardsResidual = 1 / Math.sqrt(2 * layers)
  const names = Array.from({ length: layers }, (_, layer) => `blocks.${layer}`)

  const parametersOf = (name: string): ParameterSpecification[] => [
    ...normed(`${name}.attentionNorm`, width, biases),
    ...mapped(`${name}.attention.queryKeyValue`, [width, 3 * width], biases),
    ...variant
      .parameters({ heads, headWidth, context })
      .map((parameter) => ({ ...parameter, name: `${name}.attention.${parameter.name}` })),
    ...mapped(`${name}.attention.output`, [width, width], biases, towardsResidual),
    ...normed(`${name}.mlpNorm`, width, biases),
    ...mapped(`${name}.mlp.expand`, [width, hidden], biases),
    ...mapped(`${name}.mlp.contract`, [hidden, width], biases, towardsResidual),
  ]

  /** (N, C) → (B, H, T, d) */
  const toHeads = (x: tf.Tensor2D, batch: number): tf.Tensor4D =>
    x.reshape<tf.Tensor4D>([batch, x.shape[0] / batch, heads, headWidth]).transpose([0, 2, 1, 3])
  /** (B, H, T, d) → (N, C) */
  const fromHeads = (x: tf.Tensor4D): tf.Tensor2D =>
    x.transpose([0, 2, 1, 3]).reshape([x.shape[0] * x.shape[2], width])

  return {
    parameters: names.flatMap(parametersOf),

    dropoutSites(batch, tokens) {
      const residual = [batch * tokens, width] // (N, C)
      return Object.fromEntries(
        names.flatMap((name) => [
          [`${name}.attention.pattern`, [batch, heads, tokens, tokens]],
          [`${name}.attention.output`, residual],
          [`${name}.mlp.output`, residual],
        ]),
      )
    },

    forward(weights, entry, batch, mask, gains) {
      const taps: Taps = {}
      let residual = entry
      for (const name of names) {
        taps[`${name}.hook_resid_pre`] = residual
        const attentionIn = normalise(weights, `${name}.attentionNorm`, residual)
        const projected = apply(weights, `${name}.attention.queryKeyValue`, attentionIn) // (N, 3C)
        const [query, key, value] = tf
          .split<tf.Tensor2D>(projected, 3, 1)
          .map((part) => toHeads(part, batch)) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] // (B, H, T, d)
        const { readings, pattern } = variant.read({
          query,
          key,
          value,
          mask,
          gains: gains?.[`${name}.attention.pattern`] as tf.Tensor4D | undefined,
          parameters: within(weights, `${name}.attention.`),
        })
        const attentionOut = apply(weights, `${name}.attention.output`, fromHeads(readings)) // (N, C)
        residual = residual.add(dropOut(gains, `${name}.attention.output`, attentionOut))
        taps[`${name}.ln1.hook_normalized`] = attentionIn
        taps[`${name}.attn.hook_q`] = query
        taps[`${name}.attn.hook_k`] = key
        taps[`${name}.attn.hook_v`] = value
        taps[`${name}.attn.hook_pattern`] = pattern
        taps[`${name}.attn.hook_z`] = readings
        taps[`${name}.hook_attn_out`] = attentionOut
        taps[`${name}.hook_resid_mid`] = residual

        const mlpIn = normalise(weights, `${name}.mlpNorm`, residual)
        const expanded = gelu(apply(weights, `${name}.mlp.expand`, mlpIn)) // (N, mlpRatio·C)
        const mlpOut = apply(weights, `${name}.mlp.contract`, expanded) // (N, C)
        residual = residual.add(dropOut(gains, `${name}.mlp.output`, mlpOut))
        taps[`${name}.ln2.hook_normalized`] = mlpIn
        taps[`${name}.hook_mlp_out`] = mlpOut
        taps[`${name}.hook_resid_post`] = residual
      }
      return { residual, taps }
    },
  }
}
