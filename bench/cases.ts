/** What is measured: models with their configurations, and how many floating-point operations a step of each needs. */
import { parameterCount } from '../src/main/model/parameters.ts'
import { languageModel } from '../src/main/model/transformer.ts'
import { visionTransformer } from '../src/main/model/visionTransformer.ts'
import { imageTrainingProgram, trainingProgram } from '../src/main/training/programs.ts'
import { recipes } from '../src/shared/catalogue/recipes.ts'
import { presetAxes, variants } from '../src/shared/catalogue/variants.ts'

const nanogpt = recipes.find(({ id }) => id === 'nanogpt-cpu')!.configuration

interface LanguageCase {
  readonly kind: 'text'
  readonly configuration: typeof nanogpt & { vocabulary: number }
}
interface ImageCase {
  readonly kind: 'images'
  readonly configuration: typeof nanogpt & {
    imageHeight: number
    imageWidth: number
    channels: number
    classes: number
  }
}
export type Case = { readonly id: string; readonly attention: string } & (LanguageCase | ImageCase)

const text = (id: string, attention: string, changes: Partial<typeof nanogpt> = {}): Case => ({
  id,
  attention,
  kind: 'text',
  configuration: { ...nanogpt, vocabulary: 65, ...changes },
})

export const cases: readonly Case[] = [
  text('nanogpt-cpu', 'standard'),
  text('baby-gpt-short', 'standard', { layers: 6, heads: 6, width: 384, context: 128, batchSize: 8 }),
  {
    id: 'vit-210k',
    attention: 'standard',
    kind: 'images',
    configuration: {
      ...nanogpt,
      layers: 6,
      heads: 4,
      width: 64,
      mlpRatio: 2,
      biases: true,
      batchSize: 128,
      patchSize: 4,
      pooling: 'class-token',
      imageHeight: 28,
      imageWidth: 28,
      channels: 1,
      classes: 10,
    },
  },
  ...variants
    .filter(({ id, futureLeak }) => id !== 'standard' && futureLeak === null)
    .map(({ id }) => text(`nanogpt-cpu, ${id}`, id)),
]

/** The training program of a case, with what a step costs. */
export function prepare({ kind, configuration, attention }: Case) {
  const axes = presetAxes(attention)
  if (kind === 'images') {
    const { imageHeight: height, imageWidth: width, channels } = configuration
    const model = visionTransformer(configuration, axes)
    const program = imageTrainingProgram(model, configuration, { height, width, channels })
    return { model, program, ...cost(configuration, model.parameters, model.tokens) }
  }
  const model = languageModel(configuration, axes)
  const program = trainingProgram(model, configuration)
  return { model, program, ...cost(configuration, model.parameters, configuration.context) }
}

/**
 * 6N + 12LHQT floating-point operations per token (PaLM, arXiv 2204.02311, appendix B): N parameters without position
 * embeddings, L layers, H heads of Q channels, T tokens.
 */
function cost(
  { layers, width, batchSize }: { layers: number; width: number; batchSize: number },
  parameters: Parameters<typeof parameterCount>[0],
  tokens: number,
) {
  const multiplied = parameters.filter(({ name }) => name !== 'positionEmbedding')
  const perToken = 6 * parameterCount(multiplied) + 12 * layers * width * tokens
  return {
    parameters: parameterCount(parameters),
    tokensPerStep: batchSize * tokens,
    operationsPerStep: perToken * batchSize * tokens,
  }
}
