/** Images classified by the checkpoint of a vision transformer. */
import type { Prediction, Recognition } from '../../../shared/contract.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'
import { readDatasetOf } from '../../datasets/format.ts'
import { readImageInput, type ImageBlock } from '../../datasets/imageInput/index.ts'
import { openImages } from '../../datasets/images.ts'
import { openDevice } from '../../engine/devices/index.ts'
import type { Device, DeviceState } from '../../engine/program.ts'
import type { VisionTransformer } from '../../model/visionTransformer.ts'
import { normalise, type Normalisation } from '../feed/normalisation.ts'
import { tokensPerCall } from '../objectives/objective.ts'
import { createImageValidator, visionModelOf } from '../objectives/vision.ts'
import { imageEvaluationProgram } from '../programs.ts'
import { loadCheckpoint, weightsIn } from './checkpoint.ts'
import type { Question, WantedClasses } from './messages.ts'

const never = new AbortController().signal

/** Of the named images, or, where none is named, of the validation split as the evaluations of the run see it. */
export async function classify(question: Question, { images }: WantedClasses): Promise<Prediction> {
  const { run, checkpoint: which, datasetFolder, device: where, threads } = question
  const dataset = readDatasetOf('images', datasetFolder)
  const input = images.length > 0 ? readImageInput(images, dataset) : undefined
  try {
    const first = await input?.next() // what is wrong with the images is told before anything is compiled
    const checkpoint = await loadCheckpoint(question.checkpoints, which, question)
    const { model, normalisation } = visionModelOf(question, dataset)
    const weights = weightsIn(checkpoint, model, question)
    const { device } = await openDevice(where, threads, imageEvaluationProgram(model, 1, dataset))
    const state = device.createState(weights)
    const subject = { device, model, state, normalisation, dataset }
    const answer = { run, checkpoint: which, step: checkpoint.step, predictions: [], labelled: null }
    const prediction: Prediction = input
      ? { ...answer, validation: null, ...(await predictions(subject, withFirst(first, input))) }
      : { ...answer, validation: await measure(subject, datasetFolder) }
    await state.release()
    return prediction
  } finally {
    await input?.return(undefined)
  }
}

/** An iteration whose first result was taken already. */
async function* withFirst<Item>(
  first: IteratorResult<Item> | undefined,
  rest: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  if (first && !first.done) yield first.value
  yield* rest
}

interface Subject {
  readonly device: Device
  readonly model: VisionTransformer
  readonly state: DeviceState
  readonly normalisation: Normalisation
  readonly dataset: ImageDataset
}

async function predictions(
  { device, model, state, normalisation, dataset }: Subject,
  blocks: AsyncIterable<ImageBlock>,
): Promise<Pick<Prediction, 'predictions' | 'labelled'>> {
  const { classNames, classes, height, width, channels } = dataset
  const imageBytes = height * width * channels
  const perCall = Math.max(1, Math.floor(tokensPerCall / model.tokens))
  const programs = new Map<number, ReturnType<Device['compile']>>()
  /** softmax of the logits of each of `count` images: (count, classes). */
  async function probabilities(pixels: Uint8Array, count: number): Promise<number[][]> {
    if (!programs.has(count))
      programs.set(count, device.compile(imageEvaluationProgram(model, count, dataset)))
    const input = new Float32Array(pixels.length)
    normalise(pixels, input, normalisation)
    const labels = new Int32Array(count) // of the loss, which is taken from the logits below
    const { logits } = await (await programs.get(count)!).run(state, { images: input, labels })
    return Array.from({ length: count }, (_, row) =>
      softmax(Array.from(logits!.subarray(row * classes, (row + 1) * classes))),
    )
  }

  const answers: Prediction['predictions'] = []
  const tally = createTally(classNames)
  for await (const { pixels, names, labels } of blocks)
    for (let start = 0; start < names.length; start += perCall) {
      const count = Math.min(perCall, names.length - start)
      const own = pixels.subarray(start * imageBytes, (start + count) * imageBytes)
      for (const [row, shares] of (await probabilities(own, count)).entries()) {
        const label = labels[start + row]!
        const predicted = shares.indexOf(Math.max(...shares))
        if (label !== null) tally.add(label, predicted, shares[label]!)
        answers.push({
          path: names[start + row]!,
          class: classNames[predicted]!,
          probabilities: Object.fromEntries(shares.map((share, index) => [classNames[index]!, share])),
          label: label === null ? null : classNames[label]!,
        })
      }
    }
  return { predictions: answers, labelled: tally.recognition() }
}

/** Counts what images with a label were taken for. */
function createTally(classNames: string[]) {
  const counts = classNames.map(() => classNames.map(() => 0))
  let images = 0
  let hits = 0
  let sum = 0
  return {
    /** `share` is the probability that the model gives to the label. */
    add(label: number, predicted: number, share: number): void {
      counts[label]![predicted]!++
      images++
      hits += Number(label === predicted)
      sum -= Math.log(Math.max(share, Number.MIN_VALUE))
    },
    recognition: (): Recognition | null =>
      images === 0 ? null : { loss: sum / images, accuracy: hits / images, classNames, counts },
  }
}

async function measure(
  { device, model, state, normalisation, dataset: { classNames } }: Subject,
  folder: string,
): Promise<Recognition> {
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
