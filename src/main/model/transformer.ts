/**
 * A pre-norm decoder-only transformer (GPT-2's block), as a pure function over named parameters. The attention variant
 * is the only part that differs between the runs of an experiment. Training is in ../training; dimension letters are in
 * parameters.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { embedding } from '../engine/operations/embedding.ts'
import { gelu } from '../engine/operations/gelu.ts'
import type { Tensors } from '../engine/program.ts'
import { causalMask, type AttentionVariant } from './attention/variant.ts'
import { linear, norm } from './linear.ts'
import type { ParameterSpecification } from './parameters.ts'

export type ModelConfiguration = Pick<
  RunConfiguration,
  'layers' | 'heads' | 'width' | 'context' | 'mlpRatio' | 'biases' | 'tiedHead'
> & { readonly vocabulary: number }

/** Intermediates of a forward pass, named as TransformerLens names them: `blocks.2.attn.hook_pattern`. */
export type Taps = Tensors

export interface LanguageModel {
  readonly parameters: readonly ParameterSpecification[]
  /** The places where training may drop values, by name, with the shape of what is dropped there. */
  dropoutSites(batch: number, tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param tokens (B, T) int32 → logits (B·T, V)
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   */
  forward(weights: Tensors, tokens: tf.Tensor2D, gains?: Tensors): { logits: tf.Tensor2D; taps: Taps }
}

/** GPT-2's initialisation: N(0, 0.02²), and 0.02/√(2L) for the maps that write to the residual stream. */
const deviation = 0.02

function parametersOf(model: ModelConfiguration, variant: AttentionVariant): ParameterSpecification[] {
  const { layers, heads, width, context, vocabulary, biases, tiedHead } = model
  const hidden = Math.round(model.mlpRatio * width)
  const matrix = (name: string, shape: number[], scale = 1): ParameterSpecification => ({
    name,
    shape,
    initial: { deviation: deviation * scale },
    decayed: true,
  })
  const vector = (name: string, size: number, value: number): ParameterSpecification => ({
    name,
    shape: [size],
    initial: { value },
    decayed: false,
  })
  const bias = (name: string, size: number) => (biases ? [vector(`${name}.bias`, size, 0)] : [])
  const normed = (name: string) => [vector(`${name}.scale`, width, 1), ...bias(name, width)]
  const mapped = (name: string, from: number, to: number, scale = 1) => [
    matrix(`${name}.weight`, [from, to], scale),
    ...bias(name, to),
  ]
  const towardsResidual = 1 / Math.sqrt(2 * layers)
  const shape = { heads, headWidth: width / heads, context }
  const block = (index: number) => {
    const name = `blocks.${index}`
    const own = variant
      .parameters(shape)
      .map((parameter) => ({ ...parameter, name: `${name}.attention.${parameter.name}` }))
    return [
      ...normed(`${name}.attentionNorm`),
      ...mapped(`${name}.attention.queryKeyValue`, width, 3 * width),
      ...own,
      ...mapped(`${name}.attention.output`, width, width, towardsResidual),
      ...normed(`${name}.mlpNorm`),
      ...mapped(`${name}.mlp.expand`, width, hidden),
      ...mapped(`${name}.mlp.contract`, hidden, width, towardsResidual),
    ]
  }
  return [
    matrix('tokenEmbedding', [vocabulary, width]),
    matrix('positionEmbedding', [context, width]),
    ...Array.from({ length: layers }, (_, index) => block(index)).flat(),
    ...normed('finalNorm'),
    ...(tiedHead ? [] : [matrix('head', [vocabulary, width])]),
  ]
}

/** The parameters of one block or layer, by the part of their name after `prefix`. */
function within(weights: Tensors, prefix: string): Tensors {
  const entries = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

export function languageModel(model: ModelConfiguration, variant: AttentionVariant): LanguageModel {
  const { layers, heads, width } = model
  const headWidth = width / heads
  const matrixOf = (weights: Tensors, name: string) => weights[name] as tf.Tensor2D
  const vectorOf = (weights: Tensors, name: string) => weights[name] as tf.Tensor1D

  /** (N, C) → (B, H, T, d) */
  const toHeads = (x: tf.Tensor2D, batch: number, tokens: number): tf.Tensor4D =>
    x.reshape<tf.Tensor4D>([batch, tokens, heads, headWidth]).transpose([0, 2, 1, 3])
  /** (B, H, T, d) → (N, C) */
  const fromHeads = (x: tf.Tensor4D): tf.Tensor2D =>
    x.transpose([0, 2, 1, 3]).reshape([x.shape[0] * x.shape[2], width])

  return {
    parameters: parametersOf(model, variant),

    dropoutSites(batch, tokens) {
      const residual = [batch * tokens, width] // (N, C)
      const block = (_: unknown, layer: number) => [
        [`blocks.${layer}.attention.pattern`, [batch, heads, tokens, tokens]],
        [`blocks.${layer}.attention.output`, residual],
        [`blocks.${layer}.mlp.output`, residual],
      ]
      const blocks = Array.from({ length: layers }, block).flat()
      return Object.fromEntries([['embedding', residual], ...blocks])
    },

    forward(weights, tokens, gains) {
      const [batch, length] = tokens.shape
      const taps: Taps = {}
      const apply = (name: string, x: tf.Tensor2D) =>
        linear(x, matrixOf(weights, `${name}.weight`), weights[`${name}.bias`] as tf.Tensor1D | undefined)
      const normalise = (name: string, x: tf.Tensor2D) =>
        norm(x, vectorOf(weights, `${name}.scale`), weights[`${name}.bias`] as tf.Tensor1D | undefined)
      const dropOut = (site: string, x: tf.Tensor2D) => (gains ? x.mul<tf.Tensor2D>(gains[site]!) : x)
      const mask = causalMask(length) // (T, T)

      const read = embedding(matrixOf(weights, 'tokenEmbedding'), tokens.reshape([batch * length])) // (N, C)
      const positions = matrixOf(weights, 'positionEmbedding').slice([0, 0], [length, width]) // (T, C)
      const embedded = read
        .reshape([batch, length, width]) // (B, T, C)
        .add(positions)
        .reshape<tf.Tensor2D>([batch * length, width]) // (N, C)
      let residual = dropOut('embedding', embedded)

      for (let layer = 0; layer < layers; layer++) {
        const name = `blocks.${layer}`
        taps[`${name}.hook_resid_pre`] = residual
        const attentionIn = normalise(`${name}.attentionNorm`, residual)
        const projected = apply(`${name}.attention.queryKeyValue`, attentionIn) // (N, 3C)
        const [query, key, value] = tf
          .split<tf.Tensor2D>(projected, 3, 1)
          .map((part) => toHeads(part, batch, length)) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] // (B, H, T, d)
        const { readings, pattern } = variant.read({
          query,
          key,
          value,
          mask,
          gains: gains?.[`${name}.attention.pattern`] as tf.Tensor4D | undefined,
          parameters: within(weights, `${name}.attention.`),
        })
        const attentionOut = apply(`${name}.attention.output`, fromHeads(readings)) // (N, C)
        residual = residual.add(dropOut(`${name}.attention.output`, attentionOut))
        taps[`${name}.ln1.hook_normalized`] = attentionIn
        taps[`${name}.attn.hook_q`] = query
        taps[`${name}.attn.hook_k`] = key
        taps[`${name}.attn.hook_v`] = value
        taps[`${name}.attn.hook_pattern`] = pattern
        taps[`${name}.attn.hook_z`] = readings
        taps[`${name}.hook_attn_out`] = attentionOut
        taps[`${name}.hook_resid_mid`] = residual

        const mlpIn = normalise(`${name}.mlpNorm`, residual)
        const mlpOut = apply(`${name}.mlp.contract`, gelu(apply(`${name}.mlp.expand`, mlpIn))) // (N, C)
        residual = residual.add(dropOut(`${name}.mlp.output`, mlpOut))
        taps[`${name}.ln2.hook_normalized`] = mlpIn
        taps[`${name}.hook_mlp_out`] = mlpOut
        taps[`${name}.hook_resid_post`] = residual
      }

      const head = matrixOf(weights, model.tiedHead ? 'tokenEmbedding' : 'head') // (V, C)
      const logits = tf.matMul<tf.Tensor2D>(normalise('finalNorm', residual), head, false, true) // (N, V)
      return { logits, taps }
    },
  }
}
