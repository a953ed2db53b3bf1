/**
 * A trained model as an ONNX file that any runtime loads: standard operators of ai.onnx 18, weights inside, any number
 * of items and any length up to the context. docs/exports.md says how it is used.
 *
 *     language model   tokens (batch, sequence) int64                      → logits (batch, sequence, vocabulary) float32
 *     images           images (batch, height, width, channels) uint8       → logits (batch, classes) float32
 *
 * Pixels are normalised inside, as they were in training.
 */
import type * as tf from '@tensorflow/tfjs'
import type { Program } from '../../engine/program.ts'
import { generalised, NotGeneral, type Sizes } from '../../engine/onnx/anySize.ts'
import { lowered } from '../../engine/onnx/lowering/index.ts'
import { elementTypes, encodeModel, type ModelMessage, type NodeMessage } from '../../engine/onnx/schema.ts'
import { trace } from '../../engine/tracing/backend.ts'
import { simplify } from '../../engine/tracing/simplify.ts'
import { stateOf } from '../../model/parameters.ts'
import type { LanguageModel } from '../../model/transformer.ts'
import type { VisionTransformer } from '../../model/visionTransformer.ts'
import type { ImageShape } from '../../training/feed/augmentation.ts'
import type { Normalisation } from '../../training/feed/normalisation.ts'
import type { HostTensors } from '../../training/safetensors.ts'

/** The names of the input that the model computes with, after what the file does to what it is given. */
const traced = 'input'

/** Input `input` (B, T) int32; result `logits` (B, T, V). */
export const logitsProgram = (model: LanguageModel, { batch, tokens }: Sizes): Program => ({
  name: 'logits',
  state: stateOf(model),
  inputs: { [traced]: { shape: [batch, tokens], dtype: 'int32' } },
  build(state, inputs) {
    const { logits } = model.forward(state, inputs[traced] as tf.Tensor2D) // (N, V)
    return { state: {}, results: { logits: logits.reshape([batch, tokens, logits.shape[1]]) } }
  },
})

/** Input `input` (B, height, width, channels), normalised; result `logits` (B, classes). */
export const imageLogitsProgram = (
  model: VisionTransformer,
  { height, width, channels }: ImageShape,
  { batch }: Pick<Sizes, 'batch'>,
): Program => ({
  name: 'logits',
  state: stateOf(model),
  inputs: { [traced]: { shape: [batch, height, width, channels], dtype: 'float32' } },
  build: (state, inputs) => ({
    state: {},
    results: { logits: model.forward(state, inputs[traced] as tf.Tensor4D).logits },
  }),
})

function lowerProgram(program: Program): ModelMessage {
  const graph = trace(
    { ...program.state, ...program.inputs },
    (tensors) => program.build(tensors, tensors).results,
  )
  return lowered(simplify(graph), 'portable')
}

/** Batches and lengths at which models are looked at: small, and different from what they could be mistaken for. */
const batches = [2, 3] as const
const lengths = [3, 5, 7] as const
/** From this context on three lengths are shorter than it. */
const shortestContext = 8

/** The model of a language model, before its weights are put in. Shorter contexts have a fixed length. */
export function languageGraph(model: LanguageModel, context: number): ModelMessage {
  const sizes: Sizes[] = batches.map((batch) => ({ batch, tokens: context }))
  const anyLength = [...sizes, ...lengths.map((tokens) => ({ batch: 2, tokens }))]
  const at = (all: readonly Sizes[]) =>
    generalised(
      all.map((size) => ({ ...size, model: lowerProgram(logitsProgram(model, size)) })),
      traced,
      { batch: 'batch', tokens: 'sequence' },
    )
  return at(context < shortestContext ? sizes : anyLength)
}

export function imageGraph(model: VisionTransformer, image: ImageShape): ModelMessage {
  return generalised(
    batches.map((batch) => ({
      ...{ batch, tokens: 0 },
      model: lowerProgram(imageLogitsProgram(model, image, { batch })),
    })),
    traced,
    { batch: 'batch', tokens: 'sequence' },
  )
}

/** What anyone may read of the file: where it is from. */
export type Metadata = Readonly<Record<string, string>>

/** The largest file that the format holds: a protobuf message has less than 2³¹ bytes. */
export const largestBytes = 2 ** 31 - 2 ** 20

/** The bytes of a language model's file. */
export function languageFile(
  model: LanguageModel,
  weights: HostTensors,
  context: number,
  metadata: Metadata,
): Uint8Array {
  const cast = nodeOf('Cast', ['tokens'], [traced], [{ name: 'to', type: 2, i: elementTypes.int32 }])
  return fileOf(languageGraph(model, context), weights, metadata, {
    ...{ input: 'tokens', elementType: elementTypes.int64 },
    nodes: [cast],
    constants: {},
  })
}

/** The bytes of a vision transformer's file. */
export function imageFile(
  model: VisionTransformer,
  weights: HostTensors,
  image: ImageShape,
  { gains, offsets }: Normalisation,
  metadata: Metadata,
): Uint8Array {
  const channels = [gains.length]
  return fileOf(imageGraph(model, image), weights, metadata, {
    ...{ input: 'images', elementType: elementTypes.uint8 },
    nodes: [
      nodeOf('Cast', ['images'], ['pixels'], [{ name: 'to', type: 2, i: elementTypes.float32 }]),
      nodeOf('Mul', ['pixels', 'normalisation.gain'], ['scaled']),
      nodeOf('Add', ['scaled', 'normalisation.offset'], [traced]),
    ],
    constants: {
      'normalisation.gain': { shape: channels, numbers: Float32Array.from(gains) },
      'normalisation.offset': { shape: channels, numbers: Float32Array.from(offsets) },
    },
  })
}

/** What happens to the input before the model sees it. */
interface Entry {
  readonly input: string
  readonly elementType: number
  readonly nodes: readonly NodeMessage[]
  readonly constants: HostTensors
}

function fileOf(model: ModelMessage, weights: HostTensors, metadata: Metadata, entry: Entry): Uint8Array {
  const { graph } = model
  const given = graph.input.find(({ name }) => name === traced)
  if (!given) throw new NotGeneral('The model does not read its input.')
  const used = new Set(graph.node.flatMap(({ input }) => input))
  const tensors = Object.entries({ ...weights, ...entry.constants })
  return encodeModel({
    ...model,
    producerVersion: metadata.app ?? '',
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      ...graph,
      name: 'attention-workbench',
      node: [...entry.nodes, ...graph.node],
      initializer: [
        ...graph.initializer,
        ...tensors
          .filter(([name]) => used.has(name) || name in entry.constants)
          .map(([name, { shape, numbers }]) => ({
            ...{ name, dims: shape, dataType: elementTypes.float32 },
            rawData: new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
          })),
      ],
      input: [
        {
          name: entry.input,
          type: { tensorType: { elemType: entry.elementType, shape: given.type.tensorType.shape } },
        },
      ],
    },
  })
}

const nodeOf = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: NodeMessage['attribute'] = [],
): NodeMessage => ({ name: `${opType}_of_${output[0]}`, opType, domain: '', input, output, attribute })
