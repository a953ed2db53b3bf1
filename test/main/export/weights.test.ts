/** Weights of runs as files: names, orientation and numbers, by readers that know nothing of the workbench. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { askForWeights } from '../../../src/main/export/weights/ask.ts'
import type { WeightTask } from '../../../src/main/export/weights/messages.ts'
import { logitsProgram } from '../../../src/main/export/weights/onnx.ts'
import { writeWeights } from '../../../src/main/export/weights/write.ts'
import { initialTensors, stateOf } from '../../../src/main/model/parameters.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { writeCheckpoint } from '../../../src/main/training/checkpoint.ts'
import { presetAxes } from '../../../src/shared/catalogue/variants.ts'
import type { Run, RunConfiguration } from '../../../src/shared/experiment.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'
import { readSafetensors } from '../../support/safetensorsReader.ts'
import { alive } from '../../support/weights.ts'
import { aRun } from '../store/records.ts'

const python = '/usr/bin/python3'
const torch = spawnSync(python, ['-c', 'import numpy, torch'])
const whyNoTorch =
  torch.status === 0 ? null : `${python} with torch and numpy (Debian: python3-torch) is not there`
const nanoGPT = fileURLToPath(new URL('../../fixtures/export/nanogpt_forward.py', import.meta.url))

const configuration: RunConfiguration = {
  ...tinyConfiguration,
  layers: 2,
  heads: 2,
  width: 8,
  context: 6,
  positions: 'learned',
  tiedHead: true,
  biases: true,
  mlpRatio: 4,
  activation: 'gelu',
  norm: 'layer',
  normPlacement: 'pre',
}

let data: SmallDataset
let images: SmallImages
beforeAll(async () => {
  data = await smallDataset()
  images = await smallImages({ channels: 3 })
})
afterAll(async () => {
  await data.remove()
  await images.remove()
})

const aCheckpoint = {
  ...{ step: 12, seed: 9, attention: 'standard', configuration: 'any', seconds: 1 },
  ...{ bestValidation: null, lastValidation: null, spikes: { losses: [], quietUntil: 0 } },
}

let folders = 0
function taskOf(changes: Partial<Run>, task: Partial<WeightTask> = {}): WeightTask {
  const folder = path.join(data.folder, `export-${folders++}`)
  fs.mkdirSync(folder)
  return {
    ...{ format: 'safetensors', checkpoint: 'initial', app: '0.1.0', folder },
    run: aRun({ configuration, seed: 5, ...changes }),
    provenance: { configurationSha256: 'c'.repeat(64), datasetSha256: data.dataset.sha256 },
    ...{ dataset: data.dataset, datasetFolder: data.datasetFolder },
    checkpoints: path.join(data.folder, 'checkpoints'),
    ...task,
  }
}
const read = async (task: WeightTask) => {
  await writeWeights(task)
  const configuration = JSON.parse(await readFile(path.join(task.folder, 'config.json'), 'utf8'))
  return { ...readSafetensors(await readFile(path.join(task.folder, 'model.safetensors'))), configuration }
}

describe('safetensors', () => {
  it('has the names and shapes of nanoGPT, and its configuration', async () => {
    const { tensors, metadata, configuration } = await read(taskOf({}))
    const V = data.dataset.vocabulary
    const block = (layer: number) => ({
      [`transformer.h.${layer}.ln_1.weight`]: [8],
      [`transformer.h.${layer}.ln_1.bias`]: [8],
      [`transformer.h.${layer}.attn.c_attn.weight`]: [24, 8],
      [`transformer.h.${layer}.attn.c_attn.bias`]: [24],
      [`transformer.h.${layer}.attn.c_proj.weight`]: [8, 8],
      [`transformer.h.${layer}.attn.c_proj.bias`]: [8],
      [`transformer.h.${layer}.ln_2.weight`]: [8],
      [`transformer.h.${layer}.ln_2.bias`]: [8],
      [`transformer.h.${layer}.mlp.c_fc.weight`]: [32, 8],
      [`transformer.h.${layer}.mlp.c_fc.bias`]: [32],
      [`transformer.h.${layer}.mlp.c_proj.weight`]: [8, 32],
      [`transformer.h.${layer}.mlp.c_proj.bias`]: [8],
    })
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))
    expect(shapes).toEqual({
      'transformer.wte.weight': [V, 8],
      'transformer.wpe.weight': [6, 8],
      ...block(0),
      ...block(1),
      'transformer.ln_f.weight': [8],
      'transformer.ln_f.bias': [8],
      'lm_head.weight': [V, 8],
    })
    expect(tensors.get('lm_head.weight')).toEqual(tensors.get('transformer.wte.weight'))
    expect(configuration).toMatchObject({
      ...{ n_layer: 2, n_head: 2, n_embd: 8, block_size: 6, bias: true, vocab_size: V },
      attention_workbench: { differencesFromNanoGPT: [], seed: 5, step: 0, configuration: { width: 8 } },
    })
    expect(metadata).toMatchObject({
      format: 'pt',
      datasetSha256: data.dataset.sha256,
      checkpoint: 'initial',
    })
  })

  it('turns linear maps and leaves embeddings', async () => {
    const { tensors } = await read(taskOf({}))
    const model = languageModel(
      { ...configuration, vocabulary: data.dataset.vocabulary },
      presetAxes('standard'),
    )
    const own = initialTensors(model, stateOf(model), 5)
    const map = own['blocks.1.mlp.expand.weight']! // (8, 32)
    const turned = tensors.get('transformer.h.1.mlp.c_fc.weight')! // (32, 8)
    expect(turned.numbers[3 * 8 + 2]).toBe(map.numbers[2 * 32 + 3])
    expect(tensors.get('transformer.wpe.weight')!.numbers).toEqual(own.positionEmbedding!.numbers)
  })

  it('keeps what nanoGPT does not have under clear names, and says that it is not nanoGPT', async () => {
    const changed = { ...configuration, tiedHead: false, learnedStepSize: true, norm: 'whitening' } as const
    const { tensors, configuration: document } = await read(
      taskOf({ axes: presetAxes('laplacian-gamma'), configuration: changed }),
    )
    expect([...tensors.keys()]).toEqual(
      expect.arrayContaining([
        'transformer.h.0.attentionStep',
        'transformer.h.0.ln_1.covariance',
        'transformer.h.1.attn.gamma',
        'lm_head.weight',
      ]),
    )
    expect(tensors.get('lm_head.weight')).not.toEqual(tensors.get('transformer.wte.weight'))
    expect(document.attention_workbench.differencesFromNanoGPT).toEqual([
      ...['attention', 'tiedHead', 'norm', 'learnedStepSize'],
    ])
  })

  it('of images has documented names too', async () => {
    const { dataset, datasetFolder } = images
    const { tensors, configuration: document } = await read(
      taskOf(
        { configuration: { ...configuration, patchSize: 4, pooling: 'class-token' } },
        { dataset, datasetFolder },
      ),
    )
    expect(tensors.get('transformer.patchEmbedding.weight')?.shape).toEqual([8, 4 * 4 * 3])
    expect(tensors.get('transformer.classToken')?.shape).toEqual([1, 8])
    expect(tensors.get('transformer.wpe.weight')?.shape).toEqual([5, 8])
    expect(tensors.get('head.output.weight')?.shape).toEqual([3, 8])
    expect(document).toMatchObject({
      image_height: 8,
      image_width: 8,
      n_channels: 3,
      patch_size: 4,
      n_classes: 3,
    })
  })

  it('of a checkpoint holds its weights and not the moments of its optimiser', async () => {
    const model = languageModel(
      { ...configuration, vocabulary: data.dataset.vocabulary },
      presetAxes('standard'),
    )
    const tensors = initialTensors(model, stateOf(model), 9)
    const moment = { shape: [1], numbers: Float32Array.of(1) }
    const task = taskOf({}, { checkpoint: 'last' })
    await writeCheckpoint(path.join(task.checkpoints, 'step-000000012.safetensors'), {
      ...aCheckpoint,
      tensors: { ...tensors, 'tokenEmbedding/m': moment },
    })
    const { tensors: written, configuration: document } = await read(task)
    expect(written.get('transformer.wte.weight')!.numbers).toEqual(tensors.tokenEmbedding!.numbers)
    expect(written.size).toBe(29)
    expect(document.attention_workbench).toMatchObject({ step: 12, checkpoint: 'last' })
  })

  it.skipIf(whyNoTorch)(`gives nanoGPT's forward pass the logits of the run`, async () => {
    const model = languageModel(
      { ...configuration, vocabulary: data.dataset.vocabulary },
      presetAxes('standard'),
    )
    const weights = alive(model)
    const task = taskOf({}, { checkpoint: 'best', checkpoints: path.join(data.folder, 'alive') })
    await writeCheckpoint(path.join(task.checkpoints, 'best.safetensors'), {
      ...aCheckpoint,
      tensors: weights,
    })
    await writeWeights(task)
    const tokens = [
      [3, 1, 4, 1, 5, 9],
      [2, 6, 5, 3, 5, 8],
    ]
    const answer = spawnSync(python, [nanoGPT, task.folder, JSON.stringify(tokens)], { encoding: 'utf8' })
    expect(answer.stderr).toBe('')
    const device = openCpu(1)
    const program = await device.compile(logitsProgram(model, { batch: 2, tokens: 6 }))
    const state = device.createState(weights)
    const { logits } = await program.run(state, { input: Int32Array.from(tokens.flat()) })
    const given = JSON.parse(answer.stdout) as number[]
    expect(given).toHaveLength(logits!.length)
    given.forEach((logit, index) => expect(logit).toBeCloseTo(logits![index]!, 5))
  })
  if (whyNoTorch) console.info(`nanoGPT's forward pass was not tried: ${whyNoTorch}.`)
})

describe('the process that writes weights', () => {
  it('writes an ONNX file, and says what it was refused for', async () => {
    const task = taskOf({}, { format: 'onnx' })
    expect(await askForWeights(task, new AbortController().signal)).toEqual(['model.onnx'])
    expect(fs.statSync(path.join(task.folder, 'model.onnx')).size).toBeGreaterThan(1000)
    const without = { ...task, checkpoint: 'best' as const, checkpoints: path.join(data.folder, 'none') }
    await expect(askForWeights(without, new AbortController().signal)).rejects.toMatchObject({
      code: 'no-checkpoint',
    })
  })
})
