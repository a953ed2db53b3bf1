/** Vision transformers: the class of an image. */
import type * as tf from '@tensorflow/tfjs'
import type { ImageDataset } from '../../../shared/experiment.ts'
import { openImages, type ImageReader } from '../../datasets/images.ts'
import { crossEntropy } from '../../engine/operations/crossEntropy.ts'
import type { Device } from '../../engine/program.ts'
import { visionTransformer, type VisionTransformer } from '../../model/visionTransformer.ts'
import { imageBatch } from '../feed/imageBatches.ts'
import { normalise, normalisationOf, type Normalisation } from '../feed/normalisation.ts'
import type { TrainingTask } from '../messages.ts'
import { imageProbeBatch } from '../probing/batch.ts'
import { dropoutInputs, imageEvaluationProgram, imageTrainingProgram } from '../programs.ts'
import { tokensPerCall, type Objective, type Validator } from './objective.ts'

/** @throws WorkbenchError invalid-request where the images do not suit the model, or dataset-damaged */
export function visionObjective(task: TrainingTask, dataset: ImageDataset): Objective {
  const { configuration, seed, datasetFolder } = task
  const { batchSize, dropout, shiftPixels, flip, smallestCrop } = configuration
  const { model, normalisation } = visionModelOf(task, dataset)
  const validation = openImages(datasetFolder, 'validation')
  return {
    model,
    trainingStep: imageTrainingProgram(model, configuration, dataset),
    feed: {
      seed,
      batch: {
        kind: 'images',
        folder: datasetFolder,
        batchSize,
        augmentation: { shiftPixels, flip, smallestCrop },
        normalisation,
      },
      dropout: { probability: dropout, masks: dropoutInputs(model.dropoutSites(batchSize), dropout) },
    },
    throughput: { rate: 'imagesPerSecond', perStep: batchSize },
    createValidator: (device) => createImageValidator(device, model, validation, normalisation),
    probed: {
      model,
      causal: false,
      open: (sizes) =>
        imageProbeBatch({ ...dataset, folder: datasetFolder }, model.tokens, sizes, normalisation),
      inputs: (images) => imageBatch(images, dataset),
      forward(weights, { images, labels }) {
        const { logits, taps } = model.forward(weights, images as tf.Tensor4D) // (B, classes)
        return { taps, loss: crossEntropy(logits, labels as tf.Tensor1D) }
      },
    },
    close: () => validation.close(),
  }
}

/** The model of a run, and how its images become numbers. @throws as visionObjective */
export function visionModelOf(
  { configuration, axes, datasetFolder }: Pick<TrainingTask, 'configuration' | 'axes' | 'datasetFolder'>,
  { height, width, channels, classes }: ImageDataset,
): { model: VisionTransformer; normalisation: Normalisation } {
  const sizes = { imageHeight: height, imageWidth: width, channels, classes }
  const model = visionTransformer({ ...configuration, ...sizes }, axes)
  const training = openImages(datasetFolder, 'train')
  try {
    return { model, normalisation: normalisationOf(training) }
  } finally {
    training.close()
  }
}

/** Measures the whole validation split: loss, accuracy and the confusion matrix. */
export async function createImageValidator(
  device: Device,
  model: VisionTransformer,
  reader: ImageReader,
  normalisation: Normalisation,
): Promise<Validator> {
  const { length, height, width, channels, classes } = reader
  const batchSize = Math.min(length, Math.max(1, Math.floor(tokensPerCall / model.tokens)))
  const program = await device.compile(imageEvaluationProgram(model, batchSize, reader))
  const pixels = new Uint8Array(batchSize * height * width * channels)
  const images = new Float32Array(pixels.length)
  return {
    async measure(state, signal) {
      const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
      let sum = 0
      let hits = 0
      for (let start = 0; start < length; start += batchSize) {
        if (signal.aborted) return undefined
        const count = Math.min(batchSize, length - start)
        // the last call is filled up with its own first image, whose results are then left out
        const items = Int32Array.from({ length: batchSize }, (_, row) => start + (row < count ? row : 0))
        reader.read(items, pixels)
        normalise(pixels, images, normalisation)
        const labels = reader.labels(items)
        const { losses, logits } = await program.run(state, { images, labels })
        for (let row = 0; row < count; row++) {
          const label = labels[row]!
          const prediction = likeliest(logits!.subarray(row * classes, (row + 1) * classes))
          sum += losses![row]!
          hits += Number(prediction === label)
          confusion[label]![prediction]!++
        }
      }
      return { loss: sum / length, accuracy: hits / length, confusion }
    },
  }
}

/** The class with the largest logit; of equal ones the first. */
const likeliest = (logits: ArrayLike<number>): number =>
  Array.from(logits).reduce((best, logit, index) => (logit > logits[best]! ? index : best), 0)
