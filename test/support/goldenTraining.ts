/** Twenty optimiser steps of a small model from fixed numbers, and what PyTorch makes of the same in float64. */
import { readFileSync } from 'node:fs'
import { firstMoment, scheduleAt, secondMoment } from '../../src/main/engine/optimizer.ts'
import type { Device } from '../../src/main/engine/program.ts'
import { languageModel } from '../../src/main/model/transformer.ts'
import { trainingProgram } from '../../src/main/training/programs.ts'
import { presetAxes } from '../../src/shared/catalogue/variants.ts'

interface Summary {
  norm: number
  projection: number
}
interface Golden {
  losses: number[]
  gradientNorms: number[]
  weights: Record<string, Summary>
}
const file = new URL('../fixtures/model/pytorch_reference.json', import.meta.url)
/** By attention variant. */
export const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>

/** The block as GPT-2 has it. */
export const neutralBlock = {
  activation: 'gelu',
  positions: 'learned',
  norm: 'layer',
  normPlacement: 'pre',
  residual: true,
  stepSize: 1,
  learnedStepSize: false,
} as const

/** The sizes and schedule of test/fixtures/model/pytorch_reference.py. */
export const goldenConfiguration = {
  layers: 2,
  heads: 2,
  width: 16,
  context: 8,
  vocabulary: 11,
  ...neutralBlock,
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

/** What the fixture keeps of a tensor. */
export function summary(numbers: Float32Array): Summary {
  let [square, projection] = [0, 0]
  numbers.forEach((value, index) => {
    square += value * value
    projection += value * Math.sin(0.3 * index + 1)
  })
  return { norm: Math.sqrt(square), projection }
}

export interface Trained {
  readonly losses: number[]
  readonly gradientNorms: number[]
  readonly weights: Record<string, Float32Array>
}

/** Trains as test/fixtures/model/pytorch_reference.py does. */
export async function trainGolden(device: Device, attention: string): Promise<Trained> {
  const { batchSize, context, vocabulary, steps } = goldenConfiguration
  const model = languageModel(goldenConfiguration, presetAxes(attention))
  const places = Object.keys(golden[attention]!.weights) // the fixture's order gives the phases
  const values: Parameters<Device['createState']>[0] = Object.fromEntries(
    model.parameters.flatMap(({ name, shape }) => {
      const phase = places.indexOf(name)
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
  const program = await device.compile(trainingProgram(model, goldenConfiguration))
  const numbers = batchSize * context
  const losses: number[] = []
  const gradientNorms: number[] = []
  for (let step = 0; step < steps; step++) {
    const tokens = Int32Array.from({ length: numbers }, (_, i) => (i * 7 + step) % vocabulary)
    const targets = Int32Array.from({ length: numbers }, (_, i) => ((i * i + 1) * 7 + step) % vocabulary)
    const results = await program.run(state, { tokens, targets, ...scheduleAt(step, goldenConfiguration) })
    losses.push(results.loss![0]!)
    gradientNorms.push(results.gradientNorm![0]!)
  }
  const weights = await state.read(model.parameters.map(({ name }) => name))
  await program.release()
  return { losses, gradientNorms, weights }
}
