/** Twenty optimiser steps of a whole model against PyTorch in float64, on every device. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { firstMoment, scheduleAt, secondMoment } from '../../../src/main/engine/optimizer.ts'
import type { Device } from '../../../src/main/engine/program.ts'
import { attentionVariant } from '../../../src/main/model/attention/index.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { trainingProgram } from '../../../src/main/training/programs.ts'
import { devices } from '../../support/devices.ts'

interface Summary {
  norm: number
  projection: number
}
interface Golden {
  losses: number[]
  gradientNorms: number[]
  weights: Record<string, Summary>
}
const file = new URL('../../fixtures/model/pytorch_reference.json', import.meta.url)
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>

/** The sizes and schedule of test/fixtures/model/pytorch_reference.py. */
const configuration = {
  layers: 2,
  heads: 2,
  width: 16,
  context: 8,
  vocabulary: 11,
  mlpRatio: 4,
  biases: false,
  tiedHead: true,
  dropout: 0,
  batchSize: 3,
  steps: 20,
  learningRate: 1e-3,
  minimumLearningRate: 1e-4,
  warmupSteps: 5,
  decaySteps: 0,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
}

const initial = (count: number, phase: number, offset: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => offset + 0.1 * Math.sin(1.7 * index * index + phase))

function summary(numbers: Float32Array): Summary {
  let [square, projection] = [0, 0]
  numbers.forEach((value, index) => {
    square += value * value
    projection += value * Math.sin(0.3 * index + 1)
  })
  return { norm: Math.sqrt(square), projection }
}

async function train(device: Device, attention: string) {
  const { batchSize, context, vocabulary, steps } = configuration
  const model = languageModel(configuration, attentionVariant(attention))
  const values: Parameters<Device['createState']>[0] = Object.fromEntries(
    model.parameters.flatMap(({ name, shape }, phase) => {
      const count = shape.reduce((size, dimension) => size * dimension, 1)
      const numbers = initial(count, phase, name.endsWith('scale') ? 1 : 0)
      const zeros = { shape, numbers: new Float32Array(count) }
      return [
        [name, { shape, numbers }],
        [firstMoment(name), zeros],
        [secondMoment(name), zeros],
      ]
    }),
  )
  const state = device.createState(values)
  const program = await device.compile(trainingProgram(model, configuration))
  const numbers = batchSize * context
  const losses: number[] = []
  const gradientNorms: number[] = []
  for (let step = 0; step < steps; step++) {
    const tokens = Int32Array.from({ length: numbers }, (_, i) => (i * 7 + step) % vocabulary)
    const targets = Int32Array.from({ length: numbers }, (_, i) => ((i * i + 1) * 7 + step) % vocabulary)
    const results = await program.run(state, { tokens, targets, ...scheduleAt(step, configuration) })
    losses.push(results.loss![0]!)
    gradientNorms.push(results.gradientNorm![0]!)
  }
  const weights = await state.read(model.parameters.map(({ name }) => name))
  await program.release()
  return { losses, gradientNorms, weights }
}

describe.each(devices)('training on %s equals PyTorch', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(Object.keys(golden))('%s: losses, gradient norms and weights of 20 steps', async (attention) => {
    const expected = golden[attention]!
    const trained = await train(device, attention)
    trained.losses.forEach((loss, step) =>
      expect(Math.abs(loss / expected.losses[step]! - 1), `loss ${step}`).toBeLessThan(1e-4),
    )
    trained.gradientNorms.forEach((norm, step) =>
      expect(Math.abs(norm / expected.gradientNorms[step]! - 1), `gradient norm ${step}`).toBeLessThan(1e-3),
    )
    expect(Object.keys(trained.weights).sort()).toEqual(Object.keys(expected.weights).sort())
    for (const [name, numbers] of Object.entries(trained.weights)) {
      const { norm, projection } = summary(numbers)
      const goal = expected.weights[name]!
      expect(Math.abs(norm / goal.norm - 1), name).toBeLessThan(1e-4)
      expect(Math.abs(projection - goal.projection) / goal.norm, name).toBeLessThan(1e-4)
    }
  })
})
