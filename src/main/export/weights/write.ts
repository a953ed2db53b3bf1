/** Writes the weights of a run: as nanoGPT's tensors, or as a model that runs by itself. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { initialTensors, stateOf, type Kept } from '../../model/parameters.ts'
import { languageModel } from '../../model/transformer.ts'
import { loadCheckpoint, weightsIn } from '../../training/inference/checkpoint.ts'
import { visionModelOf } from '../../training/objectives/vision.ts'
import { encodeSafetensors, type HostTensors } from '../../training/safetensors.ts'
import { configurationFile, onnxFile, safetensorsFile, type WeightTask } from './messages.ts'
import { differencesFromNanoGPT, nanoGPTConfiguration, nanoGPTTensors } from './nanoGPT.ts'
import { imageFile, languageFile, largestBytes } from './onnx.ts'

/**
 * @returns the names of the files
 * @throws WorkbenchError no-checkpoint, dataset-damaged, or invalid-request for weights that a file cannot hold
 */
export async function writeWeights(task: WeightTask): Promise<string[]> {
  const model = modelOf(task)
  const { weights, step } = await weightsOf(task, model.kept)
  const facts = factsOf(task, step)
  return task.format === 'onnx'
    ? writeOnnx(task, model.onnx(weights, facts), weights)
    : writeSafetensors(task, weights, facts)
}

interface ExportedModel {
  readonly kept: Kept
  onnx(weights: HostTensors, metadata: Readonly<Record<string, string>>): () => Uint8Array
}

function modelOf({ run: { configuration, axes }, dataset, datasetFolder }: WeightTask): ExportedModel {
  if (dataset.kind === 'text') {
    const model = languageModel({ ...configuration, vocabulary: dataset.vocabulary }, axes)
    return {
      kept: model,
      onnx: (weights, metadata) => () => languageFile(model, weights, configuration.context, metadata),
    }
  }
  const { model, normalisation } = visionModelOf({ configuration, axes, datasetFolder }, dataset)
  return {
    kept: model,
    onnx: (weights, metadata) => () => imageFile(model, weights, dataset, normalisation, metadata),
  }
}

async function weightsOf({ run, checkpoint: which, checkpoints }: WeightTask, model: Kept) {
  if (which === 'initial') return { weights: initialTensors(model, stateOf(model), run.seed), step: 0 }
  const checkpoint = await loadCheckpoint(checkpoints, which, { run: run.id })
  return { weights: weightsIn(checkpoint, model, { run: run.id }), step: checkpoint.step }
}

/** Where the weights are from, as texts: the metadata of both formats. */
function factsOf({ run, provenance, dataset, checkpoint, app }: WeightTask, step: number) {
  const { configurationSha256, datasetSha256 } = provenance
  const facts = {
    ...{ producer: 'attention-workbench', app, run: run.id, experiment: run.experiment },
    ...{ attention: run.attention, seed: run.seed, checkpoint, step, dataset: dataset.name },
    ...{ datasetSha256, configurationSha256, axes: run.axes, configuration: run.configuration },
    ...(dataset.kind === 'images' && { classNames: dataset.classNames }),
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, text(value)]))
}

async function writeSafetensors(
  { run, dataset, folder }: WeightTask,
  weights: HostTensors,
  facts: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { configuration, axes } = run
  const { configuration: _, axes: __, ...metadata } = facts
  // "pt" is what transformers expects of a file whose maps are (outputs, inputs)
  const bytes = encodeSafetensors(nanoGPTTensors(weights, configuration.tiedHead), {
    format: 'pt',
    ...metadata,
  })
  const document = {
    ...nanoGPTConfiguration(configuration, dataset),
    attention_workbench: {
      ...{ ...metadata, seed: run.seed, step: Number(metadata.step), attention: run.attention, axes },
      differencesFromNanoGPT: differencesFromNanoGPT(configuration, axes, dataset),
      configuration,
    },
  }
  await fs.writeFile(path.join(folder, safetensorsFile), bytes)
  await fs.writeFile(path.join(folder, configurationFile), `${JSON.stringify(document, null, 2)}\n`)
  return [safetensorsFile, configurationFile]
}

async function writeOnnx(
  { run, folder }: WeightTask,
  encode: () => Uint8Array,
  weights: HostTensors,
): Promise<string[]> {
  const bytes = Object.values(weights).reduce((sum, { numbers }) => sum + numbers.byteLength, 0)
  if (bytes > largestBytes)
    throw new WorkbenchError(
      'invalid-request',
      `The weights of run ${run.id} have ${bytes} bytes; an ONNX file holds ${largestBytes}.`,
      'Export them as safetensors.',
    )
  await fs.writeFile(path.join(folder, onnxFile), encode())
  return [onnxFile]
}
