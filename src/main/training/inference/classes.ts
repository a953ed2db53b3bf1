/** Images classified by the checkpoint of a vision transformer. */
import type { Prediction } from '../../../shared/contract.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'
import { decodeImage } from '../../datasets/decodeImage.ts'
import { readDatasetOf } from '../../datasets/format.ts'
import { openImages } from '../../datasets/images.ts'
import { openDevice } from '../../engine/devices/index.ts'
import type { Device, DeviceState } from '../../engine/program.ts'
import type { VisionTransformer } from '../../model/visionTransformer.ts'
import { normalise, type Normalisation } from '../feed/normalisation.ts'
import { createImageValidator, visionModelOf } from '../objectives/vision.ts'
import { imageEvaluationProgram } from '../programs.ts'
import { loadCheckpoint, weightsIn } from './checkpoint.ts'
import type { Question, WantedClasses } from './messages.ts'

const never = new AbortController().signal

/** Of the named images, or, where none is named, of the validation split as the evaluations of the run see it. */
export async function classify(question: Question, { images }: WantedClasses): Promise<Prediction> {
  const { run, checkpoint: which, datasetFolder, device: where, threads } = question
  const dataset = readDatasetOf('images', datasetFolder)
  const decoded = await Promise.all(images.map(({ file, name }) => decodeImage(file, name, dataset)))
  const checkpoint = await loadCheckpoint(question.checkpoints, which, question)
  const { model, normalisation } = visionModelOf(question, dataset)
  const weights = weightsIn(checkpoint, model, question)
  const { device } = await openDevice(where, threads, imageEvaluationProgram(model, 1, dataset))
  const state = device.createState(weights)
  const subject = { device, model, state, normalisation, dataset }
  const predicted = decoded.length > 0 ? await probabilities(subject, decoded) : []
  const validation = decoded.length > 0 ? null : await measure(subject, datasetFolder)
  await state.release()
  return {
    ...{ run, checkpoint: which, step: checkpoint.step, validation },
    predictions: predicted.map((shares, index) => ({
      path: images[index]!.name,
      class: dataset.classNames[shares.indexOf(Math.max(...shares))]!,
      probabilities: Object.fromEntries(shares.map((share, label) => [dataset.classNames[label]!, share])),
    })),
  }
}

interface Subject {
  readonly device: Device
  readonly model: VisionTransformer
  readonly state: DeviceState
  readonly normalisation: Normalisation
  readonly dataset: ImageDataset
}

/** softmax of the logits of each image, which is looked at alone: (images, classes). */
async function probabilities(
  { device, model, state, normalisation, dataset }: Subject,
  images: readonly Uint8Array[],
): Promise<number[][]> {
  const program = await device.compile(imageEvaluationProgram(model, 1, dataset))
  const labels = Int32Array.of(0) // of the loss, which nobody asked for
  const input = new Float32Array(dataset.height * dataset.width * dataset.channels)
  const answers: number[][] = []
  for (const pixels of images) {
    normalise(pixels, input, normalisation)
    const { logits } = await program.run(state, { images: input, labels })
    answers.push(softmax(Array.from(logits!)))
  }
  return answers
}

async function measure(
  { device, model, state, normalisation, dataset: { classNames } }: Subject,
  folder: string,
): Promise<Prediction['validation']> {
  const reader = openImages(folder, 'validation')
  try {
    const validator = await createImageValidator(device, model, reader, normalisation)
    const { loss, accuracy, confusion } = (await validator.measure(state, never))!
    return { loss, accuracy: accuracy!, classNames, counts: confusion! }
  } finally {
    reader.close()
  }
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits)
  const shares = logits.map((logit) => Math.exp(logit - largest))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum)
}
