/**
 * The weights of a model under nanoGPT's names and in its orientation (karpathy/nanoGPT, model.py), with what its
 * GPTConfig takes.
 *
 *     tokenEmbedding (V, C)                      transformer.wte.weight, and lm_head.weight where the head is tied
 *     positionEmbedding (T, C)                   transformer.wpe.weight
 *     blocks.i.attentionNorm, blocks.i.mlpNorm   transformer.h.i.ln_1, transformer.h.i.ln_2 (scale → weight)
 *     blocks.i.attention.queryKeyValue (C, 3C)   transformer.h.i.attn.c_attn (3C, C)
 *     blocks.i.attention.output (C, C)           transformer.h.i.attn.c_proj
 *     blocks.i.mlp.expand (C, 4C)                transformer.h.i.mlp.c_fc (4C, C)
 *     blocks.i.mlp.contract (4C, C)              transformer.h.i.mlp.c_proj (C, 4C)
 *     finalNorm                                  transformer.ln_f
 *     head (V, C)                                lm_head.weight
 *
 * A linear map of ours is (inputs, outputs), one of PyTorch (outputs, inputs): every `.weight` of a linear map is
 * transposed, embeddings are not. What nanoGPT does not have keeps our name, below the name of its block.
 */
import { choicesOf, type AttentionAxes } from '../../../shared/attention.ts'
import type { Dataset, RunConfiguration } from '../../../shared/experiment.ts'
import type { HostTensor, HostTensors } from '../../training/safetensors.ts'

/** Our names to nanoGPT's; the first pattern that matches. */
const renamings: readonly (readonly [RegExp, string])[] = [
  [/^tokenEmbedding$/, 'transformer.wte.weight'],
  [/^positionEmbedding$/, 'transformer.wpe.weight'],
  [/^blocks\.(\d+)\.attentionNorm\.scale$/, 'transformer.h.$1.ln_1.weight'],
  [/^blocks\.(\d+)\.attentionNorm\./, 'transformer.h.$1.ln_1.'],
  [/^blocks\.(\d+)\.mlpNorm\.scale$/, 'transformer.h.$1.ln_2.weight'],
  [/^blocks\.(\d+)\.mlpNorm\./, 'transformer.h.$1.ln_2.'],
  [/^blocks\.(\d+)\.attention\.queryKeyValue\./, 'transformer.h.$1.attn.c_attn.'],
  [/^blocks\.(\d+)\.attention\.output\./, 'transformer.h.$1.attn.c_proj.'],
  [/^blocks\.(\d+)\.attention\./, 'transformer.h.$1.attn.'],
  [/^blocks\.(\d+)\.mlp\.expand\./, 'transformer.h.$1.mlp.c_fc.'],
  [/^blocks\.(\d+)\.mlp\.contract\./, 'transformer.h.$1.mlp.c_proj.'],
  [/^blocks\.(\d+)\./, 'transformer.h.$1.'],
  [/^finalNorm\.scale$/, 'transformer.ln_f.weight'],
  [/^finalNorm\./, 'transformer.ln_f.'],
  [/^head$/, 'lm_head.weight'],
  [/^(patchEmbedding|classToken)/, 'transformer.$1'],
]

export function nanoGPTName(name: string): string {
  const found = renamings.find(([pattern]) => pattern.test(name))
  return found ? name.replace(...found) : name
}

/** Ours end in `.weight` where they are linear maps, and nowhere else (src/main/model/parameters.ts, `mapped`). */
const isLinearMap = (name: string, { shape }: HostTensor) => name.endsWith('.weight') && shape.length === 2

function transposed({ shape, numbers }: HostTensor): HostTensor {
  const [rows, columns] = shape as [number, number]
  const turned = new Float32Array(numbers.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = numbers[row * columns + column]!
  return { shape: [columns, rows], numbers: turned }
}

/** The tensors of a state dictionary of nanoGPT's GPT. */
export function nanoGPTTensors(weights: HostTensors, tiedHead: boolean): HostTensors {
  const tensors = Object.entries(weights).map(
    ([name, tensor]) => [nanoGPTName(name), isLinearMap(name, tensor) ? transposed(tensor) : tensor] as const,
  )
  const table = weights.tokenEmbedding
  return {
    ...Object.fromEntries(tensors),
    ...(tiedHead && table && { 'lm_head.weight': table }), // nanoGPT's state dictionary has both names
  }
}

/**
 * What of a run nanoGPT's GPT computes otherwise, by the keys of the configuration: nothing where its forward pass gives
 * the logits of the run.
 */
export function differencesFromNanoGPT(
  configuration: RunConfiguration,
  axes: AttentionAxes,
  { kind }: Pick<Dataset, 'kind'>,
): string[] {
  const expected: Partial<RunConfiguration> = {
    ...{ mlpRatio: 4, activation: 'gelu', tiedHead: true, positions: 'learned', norm: 'layer' },
    ...{ normPlacement: 'pre', residual: true, stepSize: 1, learnedStepSize: false },
  }
  const keys = Object.keys(expected) as (keyof typeof expected)[]
  const { block: _, ...choices } = choicesOf(axes)
  return [
    ...(kind === 'images' ? ['images'] : []),
    ...(Object.keys(choices).length === 0 ? [] : ['attention']),
    ...keys.filter((key) => configuration[key] !== expected[key]),
  ]
}

/** What nanoGPT's GPTConfig takes; `vocab_size` of text, sizes of images beside it where there are any. */
export function nanoGPTConfiguration(
  { layers, heads, width, context, biases, dropout, patchSize }: RunConfiguration,
  dataset: Dataset,
): Record<string, number | boolean> {
  return {
    ...{ n_layer: layers, n_head: heads, n_embd: width, bias: biases, dropout },
    ...(dataset.kind === 'text'
      ? { block_size: context, vocab_size: dataset.vocabulary }
      : {
          ...{ image_height: dataset.height, image_width: dataset.width, n_channels: dataset.channels },
          ...{ patch_size: patchSize, n_classes: dataset.classes },
        }),
  }
}
