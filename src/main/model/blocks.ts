/**
 * The stack of transformer blocks that language models and vision transformers share, as a pure function over named
 * parameters. What happens between queries, keys and values is in attention/, how a sublayer joins the residual stream
 * in branches.ts. What comes before and after the blocks is in transformer.ts and visionTransformer.ts; dimension
 * letters are in parameters.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../shared/attention.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tensors } from '../engine/program.ts'
import { attentionLayer } from './attention/layer.ts'
import { branchOf, outputSite, type BranchConfiguration } from './branches.ts'
import { mlpOf } from './mlp.ts'
import type { Kept, ParameterSpecification } from './parameters.ts'

export type BlockConfiguration = BranchConfiguration &
  Pick<
    RunConfiguration,
    'layers' | 'heads' | 'context' | 'mlpRatio' | 'activation' | 'positions' | 'initialDeviation'
  >

/**
 * Intermediates of a forward pass, named as TransformerLens names them: `blocks.2.attn.hook_pattern`. As there, where
 * norms follow the sums, `hook_resid_mid` and `hook_resid_post` are the sums, `ln1` and `ln2` what was made of them.
 */
export type Taps = Tensors

export interface Blocks extends Kept {
  /** The places where training may drop values, by name, with the shape of what is dropped there. */
  dropoutSites(batch: number, tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param weights parameters and buffers
   * @param residual the residual stream on entry (N, C)
   * @param mask added to the scores (T, T); absent where every token sees every other
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   * @returns the residual stream on exit (N, C), and the next values of the buffers
   */
  forward(
    weights: Tensors,
    residual: tf.Tensor2D,
    batch: number,
    mask: tf.Tensor2D | undefined,
    gains?: Tensors,
  ): { residual: tf.Tensor2D; taps: Taps; updates: Tensors }
}

/** The parameters whose names start with `prefix`, by the rest of their names. */
function within(weights: Tensors, prefix: string): Tensors {
  const entries = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

const renamed = (
  parameters: readonly ParameterSpecification[],
  name: (name: string) => string,
): ParameterSpecification[] => parameters.map((parameter) => ({ ...parameter, name: name(parameter.name) }))

function blockOf(configuration: BlockConfiguration, axes: AttentionAxes, layer: number) {
  const { width, heads, context, biases, mlpRatio, positions } = configuration
  /**
   * The maps that write to the residual stream start smaller by 1/√(2L), as in GPT-2; without MLPs too, so that the
   * attention of both starts with the same weights.
   */
  const outputScale = 1 / Math.sqrt(2 * configuration.layers)
  const name = `blocks.${layer}`
  const shape = { width, heads, tokens: context, layer, biases, rotary: positions === 'rotary', outputScale }
  const hasMlp = Math.round(mlpRatio * width) > 0
  return {
    name,
    attention: attentionLayer(axes, shape),
    attentionBranch: branchOf(configuration, `${name}.attention`),
    mlp: hasMlp ? mlpOf(configuration, `${name}.mlp`, outputScale) : undefined,
    mlpBranch: hasMlp ? branchOf(configuration, `${name}.mlp`) : undefined,
  }
}

/** @throws WorkbenchError invalid-request where the sizes do not fit each other */
function refuseSizes({ width, heads, positions }: BlockConfiguration): void {
  if (width % heads !== 0)
    throw new WorkbenchError(
      'invalid-request',
      `A width of ${width} cannot be divided among ${heads} heads.`,
      `Choose a number of heads that divides the width, or a width that is a multiple of ${heads}.`,
    )
  if (positions === 'rotary' && (width / heads) % 2 !== 0)
    throw new WorkbenchError(
      'invalid-request',
      `Rotary positions turn pairs of channels, and a head has ${width / heads}: width ${width} over ${heads} heads.`,
      `Choose a width that is a multiple of ${2 * heads}, or other positions.`,
    )
}

export function transformerBlocks(configuration: BlockConfiguration, axes: AttentionAxes): Blocks {
  refuseSizes(configuration)
  const { layers, heads, width } = configuration
  const blocks = Array.from({ length: layers }, (_, layer) => blockOf(configuration, axes, layer))

  return {
    parameters: blocks.flatMap(({ name, attention, attentionBranch, mlp, mlpBranch }) => [
      ...attentionBranch.parameters,
      ...renamed(attention.parameters, (short) => `${name}.attention.${short}`),
      ...(mlp && mlpBranch ? [...mlpBranch.parameters, ...mlp.parameters] : []),
    ]),
    buffers: blocks.flatMap(({ attentionBranch, mlpBranch }) => [
      ...attentionBranch.buffers,
      ...(mlpBranch?.buffers ?? []),
    ]),

    dropoutSites(batch, tokens) {
      const residual = [batch * tokens, width] // (N, C)
      return Object.fromEntries(
        blocks.flatMap(({ name, mlp }) => [
          [`${name}.attention.pattern`, [batch, heads, tokens, tokens]],
          [outputSite(`${name}.attention`), residual],
          ...(mlp ? [[outputSite(`${name}.mlp`), residual]] : []),
        ]),
      )
    },

    forward(weights, entry, batch, mask, gains) {
      const taps: Taps = {}
      const updates: Tensors = {}
      let residual = entry
      for (const { name, attention, attentionBranch, mlp, mlpBranch } of blocks) {
        taps[`${name}.hook_resid_pre`] = residual
        const attended = attentionBranch.forward(weights, residual, gains, (input) => {
          const { output, taps: hooks } = attention.forward(within(weights, `${name}.attention.`), input, {
            batch,
            mask,
            gains: gains?.[`${name}.attention.pattern`] as tf.Tensor4D | undefined,
          })
          for (const [hook, tensor] of Object.entries(hooks)) taps[`${name}.attn.${hook}`] = tensor
          return output
        })
        residual = attended.exit
        taps[`${name}.ln1.hook_normalized`] = attended.normalised
        taps[`${name}.hook_attn_out`] = attended.output
        taps[`${name}.hook_resid_mid`] = attended.sum
        taps[`${name}.hook_resid_post`] = attended.sum
        Object.assign(updates, attended.updates)
        if (!mlp || !mlpBranch) continue

        const changed = mlpBranch.forward(weights, residual, gains, (input) => mlp.forward(weights, input))
        residual = changed.exit
        taps[`${name}.ln2.hook_normalized`] = changed.normalised
        taps[`${name}.hook_mlp_out`] = changed.output
        taps[`${name}.hook_resid_post`] = changed.sum
        Object.assign(updates, changed.updates)
      }
      return { residual, taps, updates }
    },
  }
}
