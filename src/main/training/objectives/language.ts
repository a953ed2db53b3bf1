/** Language models: the next token of a text. */
import type * as tf from '@tensorflow/tfjs'
import type { TextDataset } from '../../../shared/experiment.ts'
import { readBatch, validationWindows } from '../../datasets/sampler.ts'
import { openTokens, type TokenReader } from '../../datasets/tokens.ts'
import { readTokenizer } from '../../datasets/tokenizers/index.ts'
import { crossEntropy } from '../../engine/operations/crossEntropy.ts'
import type { Device } from '../../engine/program.ts'
import { languageModel, type LanguageModel } from '../../model/transformer.ts'
import { textBatch } from '../feed/textBatches.ts'
import type { TrainingTask } from '../messages.ts'
import { textProbeBatch } from '../probing/batch.ts'
import { dropoutInputs, evaluationProgram, trainingProgram } from '../programs.ts'
import { samplesOf } from '../samples.ts'
import { tokensPerCall, type Objective, type Validator } from './objective.ts'

export function languageObjective(
  { configuration, axes, seed, datasetFolder }: TrainingTask,
  dataset: TextDataset,
): Objective {
  const { vocabulary, sha256 } = dataset
  const { batchSize, context, dropout, evaluationTokens } = configuration
  const model = languageModel({ ...configuration, vocabulary }, axes)
  const validation = openTokens(datasetFolder, 'validation')
  return {
    model,
    trainingStep: trainingProgram(model, configuration),
    feed: {
      seed,
      batch: { kind: 'text', folder: datasetFolder, batchSize, context },
      dropout: {
        probability: dropout,
        masks: dropoutInputs(model.dropoutSites(batchSize, context), dropout),
      },
    },
    throughput: { rate: 'tokensPerSecond', perStep: batchSize * context },
    createValidator: (device) =>
      createValidator(device, model, validation, { vocabulary, context, tokenLimit: evaluationTokens }),
    probed: {
      model,
      causal: true,
      open: (sizes) => textProbeBatch({ sha256, folder: datasetFolder }, context, sizes),
      inputs: (sequences) => textBatch(sequences, context),
      forward(weights, { tokens, targets }) {
        const { logits, taps } = model.forward(weights, tokens as tf.Tensor2D) // (N, V)
        return { taps, loss: crossEntropy(logits, targets!.reshape([targets!.size])) }
      },
    },
    samples: samplesOf(configuration, model, readTokenizer(datasetFolder, dataset)),
    close: () => validation.close(),
  }
}

/** `count` of `items`, evenly spread, in order. */
function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!)
}

/** Logits per call of an evaluation program, of which a few copies are needed: 128 MiB each. */
const logitsPerCall = 2 ** 25

/** Measures the mean over whole windows of the validation split, always the same ones. */
async function createValidator(
  device: Device,
  model: LanguageModel,
  reader: TokenReader,
  sizes: {
    readonly vocabulary: number
    readonly context: number
    /** Validation tokens per measurement; 0 means all of them. */
    readonly tokenLimit: number
  },
): Promise<Validator> {
  const { vocabulary, context, tokenLimit } = sizes
  const all = validationWindows(reader.length, context)
  const wanted = tokenLimit === 0 ? all.length : Math.max(1, Math.floor(tokenLimit / context))
  const windows = wanted < all.length ? spread(all, wanted) : all
  const mostTokens = Math.min(tokensPerCall, Math.floor(logitsPerCall / vocabulary))
  const batchSize = Math.min(windows.length, Math.max(1, Math.floor(mostTokens / context)))
  const program = await device.compile(evaluationProgram(model, batchSize, context))
  const tokens = new Int32Array(batchSize * context)
  const targets = new Int32Array(batchSize * context)
  return {
    async measure(state, signal) {
      let sum = 0
      for (let start = 0; start < windows.length; start += batchSize) {
        if (signal.aborted) return undefined
        const batch = windows.slice(start, start + batchSize)
        // the last call is filled up with its own first window, whose losses are then left out
        const padded = Array.from({ length: batchSize }, (_, index) => batch[index] ?? batch[0]!)
        readBatch(reader, padded, context, tokens, targets)
        const { losses } = await program.run(state, { tokens, targets })
        for (let index = 0; index < batch.length; index++) sum += losses![index]!
      }
      return { loss: sum / windows.length }
    },
  }
}
