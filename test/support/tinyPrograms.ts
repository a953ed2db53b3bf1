/** Tiny training and evaluation programs of every kind of model, for what must hold for each of them. */
import type { Program } from '../../src/main/engine/program.ts'
import { languageModel } from '../../src/main/model/transformer.ts'
import { visionTransformer } from '../../src/main/model/visionTransformer.ts'
import {
  evaluationProgram,
  imageEvaluationProgram,
  imageTrainingProgram,
  trainingProgram,
} from '../../src/main/training/programs.ts'
import { samplingProgram } from '../../src/main/training/sampling.ts'
import { presetAxes, variants } from '../../src/shared/catalogue/variants.ts'
import { goldenConfiguration } from './goldenTraining.ts'

const dropping = { ...goldenConfiguration, dropout: 0.2 }
const image = { height: 8, width: 8, channels: 1 }
const images = { imageHeight: 8, imageWidth: 8, channels: 1, patchSize: 4, classes: 3 }
const imageModel = { ...dropping, ...images, pooling: 'class-token' } as const
const { batchSize, context } = goldenConfiguration
const standard = presetAxes('standard')
const standardText = languageModel(goldenConfiguration, standard)
const standardImages = visionTransformer(imageModel, standard)

/** Options of the block that need operations of their own. */
const modern = {
  ...dropping,
  ...({ norm: 'rms', activation: 'silu', positions: 'rotary', learnedStepSize: true } as const),
}
const whitening = {
  ...goldenConfiguration,
  ...({ norm: 'whitening', normPlacement: 'post', activation: 'relu', positions: 'sinusoidal' } as const),
}
const meanPooling = { ...imageModel, ...({ pooling: 'mean', positions: 'none', stepSize: 0.5 } as const) }

/** By attention variant, or options of the block, and name. */
export const tinyPrograms: Record<string, Program> = {
  'standard, training step': trainingProgram(standardText, goldenConfiguration),
  'standard, evaluation': evaluationProgram(standardText, batchSize, context),
  'standard, sampling': samplingProgram(standardText, context),
  'standard, training step on images': imageTrainingProgram(standardImages, dropping, image),
  'standard, evaluation on images': imageEvaluationProgram(standardImages, batchSize, image),
  'norm rms, silu, rotary positions, learned steps, training step with dropout': trainingProgram(
    languageModel(modern, standard),
    modern,
  ),
  'whitening after the sums, relu, sinusoidal positions, training step': trainingProgram(
    languageModel(whitening, standard),
    whitening,
  ),
  'mean pooling, no positions, step size, training step on images': imageTrainingProgram(
    visionTransformer(meanPooling, standard),
    dropping,
    image,
  ),
  ...Object.fromEntries(
    variants.map(({ id, axes, futureLeak }) =>
      futureLeak === null
        ? [`${id}, training step with dropout`, trainingProgram(languageModel(dropping, axes), dropping)]
        : [
            `${id}, training step with dropout on images`,
            imageTrainingProgram(visionTransformer(imageModel, axes), dropping, image),
          ],
    ),
  ),
}

/** What a slow device computes of the variants in `npm test`: one as everybody knows it, and one with operations of its own. */
const spanning = ['standard', 'key-adaptation']
const isVariant = new Set(variants.map(({ id }) => id))

/** Names of the tiny programs that a slow device computes: all of them where there is time. */
export const slowlyRun = (all: boolean): string[] =>
  Object.keys(tinyPrograms).filter((name) => {
    const id = name.split(',')[0]!
    return all || !isVariant.has(id) || spanning.includes(id)
  })
