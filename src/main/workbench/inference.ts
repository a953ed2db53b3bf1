/** What trained models are asked: which checkpoint of which run, and every refusal that needs no model. */
import os from 'node:os'
import path from 'node:path'
import type { Prediction, PredictionRequest, SampledText, SampleRequest } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, DatasetKind, Run } from '../../shared/experiment.ts'
import type { GivenFile } from '../datasets/importers/source.ts'
import type { Library } from '../datasets/library.ts'
import { ask as askProcess } from '../training/inference/ask.ts'
import type { Question } from '../training/inference/messages.ts'
import { threadsPerRun } from '../training/queue.ts'
import type { Events } from './events.ts'
import { foldersOf } from './uploads.ts'
import type { Uploads } from './uploads.ts'

export interface Inference {
  /** @throws WorkbenchError wrong-kind, unknown-dataset, no-checkpoint, or invalid-request for the prompt */
  sample(run: Run, request: SampleRequest, signal?: AbortSignal): Promise<SampledText>
  /** @throws WorkbenchError wrong-kind, unknown-dataset, no-checkpoint, or what is wrong with an image */
  predict(run: Run, request: PredictionRequest, signal?: AbortSignal): Promise<Prediction>
  /** Ends every question that is being answered. */
  close(): void
}

/** Tokens of a text where neither the person nor the run says how many. */
const defaultTokens = 200

export function createInference(parts: {
  readonly library: Library
  readonly uploads: Uploads
  readonly events: Events
  /** Holds a folder of checkpoints per run, named by its id. */
  readonly runsFolder: string
  readonly ask?: typeof askProcess
}): Inference {
  const { library, uploads, events, runsFolder, ask = askProcess } = parts
  const closing = new AbortController()
  const until = (signal?: AbortSignal) =>
    signal ? AbortSignal.any([signal, closing.signal]) : closing.signal

  function questionAbout(
    run: Run,
    kind: DatasetKind,
    { checkpoint = 'best', device = (run.device ?? 'auto') as Question['device'] }: Asked,
  ): Omit<Question, 'wanted'> {
    const dataset = library.dataset(run.dataset)
    if (!dataset) throw datasetGone(run)
    refuseOtherKind(run, dataset, kind)
    return {
      run: run.id,
      configuration: run.configuration,
      axes: run.axes,
      dataset,
      datasetFolder: library.folder(run.dataset),
      checkpoint,
      checkpoints: path.join(runsFolder, run.id),
      device,
      threads: run.threads ?? threadsPerRun(os.availableParallelism(), 1),
    }
  }

  return {
    async sample(run, request, signal) {
      const { configuration } = run
      const wanted = {
        kind: 'text' as const,
        prompt: request.prompt ?? configuration.samplePrompt,
        tokens: request.tokens ?? (configuration.sampleTokens || defaultTokens),
        temperature: request.temperature ?? configuration.temperature,
        topK: request.topK ?? configuration.topK,
        seed: request.seed ?? 0,
      }
      const tell = (text: string) => {
        if (request.request !== undefined) events.emit('sampleProgress', { request: request.request, text })
      }
      return ask({ ...questionAbout(run, 'text', request), wanted }, tell, until(signal))
    },

    async predict(run, request, signal) {
      const question = questionAbout(run, 'images', request)
      const uploaded: ReturnType<Uploads['take']>[] = []
      try {
        const images = request.images.flatMap((source): GivenFile[] => {
          if (source.kind === 'path') return [{ path: path.resolve(source.path), name: source.path }]
          uploaded.push(uploads.take(source.upload))
          return []
        })
        images.push(...foldersOf(uploaded.map(({ file, name }) => ({ path: file, name }))))
        const wanted = { kind: 'classes' as const, images }
        return await ask({ ...question, wanted }, () => undefined, until(signal))
      } finally {
        await Promise.all(uploaded.map(({ discard }) => discard()))
      }
    },

    close() {
      closing.abort(new WorkbenchError('interrupted', 'The model was still answering.', 'Ask it again.'))
    },
  }
}

type Asked = Pick<SampleRequest, 'checkpoint' | 'device'>

function datasetGone(run: Run): WorkbenchError {
  return new WorkbenchError(
    'unknown-dataset',
    `The dataset ${run.dataset} of run ${run.id} is no longer in the library.`,
    'Import its file again: it gets the same id.',
  )
}

function refuseOtherKind(run: Run, dataset: Dataset, kind: DatasetKind): void {
  if (dataset.kind === kind) return
  throw kind === 'text'
    ? new WorkbenchError(
        'wrong-kind',
        `Run ${run.id} is a classifier of images: it has no text to continue.`,
        `Ask it for classes: predict ${run.id}`,
      )
    : new WorkbenchError(
        'wrong-kind',
        `Run ${run.id} is a language model: it predicts no classes of images.`,
        `Let it continue a text: sample ${run.id} --prompt TEXT`,
      )
}
