/** Training with every option of the shared block: the same on every device, and buffers that follow the batches. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../src/main/engine/devices/reference.ts'
import { scheduleAt } from '../../../src/main/engine/optimizer.ts'
import type { Device, Numbers } from '../../../src/main/engine/program.ts'
import { initialTensors } from '../../../src/main/model/parameters.ts'
import { languageModel, type ModelConfiguration } from '../../../src/main/model/transformer.ts'
import { evaluationProgram, trainingProgram } from '../../../src/main/training/programs.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { blockOptions, modelWith } from '../../support/blockOptions.ts'
import { devices, relativeDifference } from '../../support/devices.ts'
import { goldenConfiguration } from '../../support/goldenTraining.ts'

const training = (model: ModelConfiguration) => ({
  ...goldenConfiguration,
  ...model,
  batchSize: 4,
  learningRate: 1e-2,
  warmupSteps: 0,
})
const length = 4 * 6
const batch = {
  tokens: Int32Array.from({ length }, (_, index) => (3 * index) % 7),
  targets: Int32Array.from({ length }, (_, index) => (3 * index + 3) % 7),
}

/** Losses of some steps on one batch, and the state after them. */
async function train(device: Device, options: ModelConfiguration, steps: number) {
  const configuration = training(options)
  const model = languageModel(configuration, standardAxes)
  const step = trainingProgram(model, configuration)
  const state = device.createState(initialTensors(model, step.state, 0))
  const program = await device.compile(step)
  const losses: number[] = []
  for (let index = 0; index < steps; index++)
    losses.push((await program.run(state, { ...batch, ...scheduleAt(index, configuration) })).loss![0]!)
  const tensors = await state.read(Object.keys(step.state))
  await program.release()
  return { losses, tensors, state, model }
}

describe.each(Object.keys(blockOptions))('%s', (name) => {
  it('trains the same on cpu and reference, and learns', async () => {
    const compiled = await train(openCpu(2), modelWith(name), 12)
    const eager = await train(await openReference(), modelWith(name), 12)
    expect(relativeDifference(compiled.losses, eager.losses)).toBeLessThan(1e-4)
    expect(compiled.losses.at(-1)).toBeLessThan(compiled.losses[0]! * 0.95)
  })
})

describe.each(devices)('whitening on %s', (_, open) => {
  const whitening = modelWith('whitening')
  const buffersOf = (tensors: Record<string, Numbers>, name: string) =>
    ['mean', 'covariance', 'whitening'].map((kind) => tensors[`${name}.${kind}`]!)

  it('keeps its statistics in the state: the first step moves them a tenth of the way', async () => {
    const device = await open()
    const { tensors, model } = await train(device, whitening, 1)
    expect(Object.keys(tensors)).toEqual(expect.arrayContaining(model.buffers.map((buffer) => buffer.name)))
    expect(Object.keys(tensors).filter((name) => /moment.*(mean|covariance|whitening)$/.test(name))).toEqual(
      [],
    )
    // what the first norm sees in the first step are embeddings and positions
    const initial = initialTensors(
      model,
      {
        tokenEmbedding: { shape: [7, 8], dtype: 'float32' },
        positionEmbedding: { shape: [6, 8], dtype: 'float32' },
      },
      0,
    )
    const rows = Array.from(batch.tokens, (token, index) =>
      Array.from(
        { length: 8 },
        (_, i) =>
          initial.tokenEmbedding!.numbers[token * 8 + i]! +
          initial.positionEmbedding!.numbers[(index % 6) * 8 + i]!,
      ),
    )
    const mean = Array.from({ length: 8 }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / length)
    const covariance = Array.from({ length: 64 }, (_, index) => {
      const [i, j] = [Math.floor(index / 8), index % 8]
      return rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / length
    })
    const [foundMean, foundCovariance] = buffersOf(tensors, 'blocks.0.attentionNorm')
    expect(
      relativeDifference(
        foundMean!,
        mean.map((value) => 0.1 * value),
      ),
    ).toBeLessThan(1e-5)
    const expected = covariance.map((value, index) => 0.1 * value + (index % 9 === 0 ? 0.9 : 0))
    expect(relativeDifference(foundCovariance!, expected)).toBeLessThan(1e-6)
  })

  it('makes the covariance of tokens the identity in time', async () => {
    const device = await open()
    const { tensors } = await train(device, { ...whitening, layers: 1 }, 60)
    const [, covariance, root] = buffersOf(tensors, 'finalNorm').map((numbers) => Array.from(numbers))
    const product = (a: number[], b: (row: number, column: number) => number) =>
      Array.from({ length: 64 }, (_, index) =>
        Array.from({ length: 8 }, (_, k) => a[Math.floor(index / 8) * 8 + k]! * b(k, index % 8)).reduce(
          (x, y) => x + y,
        ),
      )
    const half = product(root!, (k, column) => covariance![k * 8 + column]!)
    const whole = product(half, (k, column) => root![column * 8 + k]!)
    const identity = Array.from({ length: 64 }, (_, index) => Number(index % 9 === 0))
    expect(relativeDifference(whole, identity)).toBeLessThan(1e-3)
  })

  it('an evaluation reads the statistics and leaves them', async () => {
    const device = await open()
    const { state, model, tensors } = await train(device, whitening, 5)
    const evaluation = await device.compile(evaluationProgram(model, 4, 6))
    await evaluation.run(state, batch)
    const names = model.buffers.map((buffer) => buffer.name)
    const after = await state.read(names)
    for (const name of names) expect(after[name], name).toEqual(tensors[name])
    await evaluation.release()
  })
})

describe('whitening run eagerly', () => {
  it('frees everything but the state', async () => {
    const device = await openReference()
    const { state } = await train(device, modelWith('whitening'), 1)
    const before = tf.memory().numTensors
    const more = await train(device, modelWith('whitening'), 3)
    await more.state.release()
    await state.release()
    expect(tf.memory().numTensors).toBeLessThan(before)
  })
})
