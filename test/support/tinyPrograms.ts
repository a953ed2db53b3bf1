/** Tiny training and evaluation programs of every kind of model, for what must hold for each of them. */
import type { Program } from '../../src/main/engine/program.ts'
import { attentionVariant } from '../../src/main/model/attention/index.ts'
import { languageModel } from '../../src/main/model/transformer.ts'
import { visionTransformer } from '../../src/main/model/visionTransformer.ts'
import { evaluationProgram, imageTrainingProgram, trainingProgram } from '../../src/main/training/programs.ts'
import { variants } from '../../src/shared/catalogue/variants.ts'
import { goldenConfiguration } from './goldenTraining.ts'

const dropping = { ...goldenConfiguration, dropout: 0.2 }
const images = { ...dropping, imageSize: 8, channels: 1, patchSize: 4, classes: 3 }
const { batchSize, context } = goldenConfiguration

/** By attention variant and name. */
export const tinyPrograms: Record<string, Program> = Object.fromEntries(
  variants.flatMap(({ id }) => {
    const variant = attentionVariant(id)
    const model = languageModel(goldenConfiguration, variant)
    return [
      [`${id}, training step`, trainingProgram(model, goldenConfiguration)],
      [`${id}, training step with dropout`, trainingProgram(languageModel(dropping, variant), dropping)],
      [`${id}, training step on images`, imageTrainingProgram(visionTransformer(images, variant), images)],
      [`${id}, evaluation`, evaluationProgram(model, batchSize, context)],
    ]
  }),
)
