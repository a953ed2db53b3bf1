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

/** By attention variant and name. */
export const tinyPrograms: Record<string, Program> = {
  'standard, training step': trainingProgram(standardText, goldenConfiguration),
  'standard, evaluation': evaluationProgram(standardText, batchSize, context),
  'standard, training step on images': imageTrainingProgram(standardImages, dropping, image),
  'standard, evaluation on images': imageEvaluationProgram(standardImages, batchSize, image),
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
