/** Twenty optimiser steps of small models from fixed numbers, and what PyTorch makes of the same in float64. */
import { readFileSync } from 'node:fs'
import { firstMoment, scheduleAt, secondMoment } from '../../src/main/engine/optimizer.ts'
import type { Device, Numbers, Program } from '../../src/main/engine/program.ts'
import type { Kept } from '../../src/main/model/parameters.ts'
import { languageModel } from '../../src/main/model/transformer.ts'
import { visionTransformer, type VisionConfiguration } from '../../src/main/model/visionTransformer.ts'
import { imageTrainingProgram, trainingProgram } from '../../src/main/training/programs.ts'
import { presetAxes } from '../../src/shared/catalogue/variants.ts'

/** The length of a tensor and its projection on a fixed direction. */
type Summary = readonly [norm: number, projection: number]
interface Golden {
  losses: number[]
  gradientNorms: number[]
  weights: Record<string, Summary>
}
const file = new URL('../fixtures/model/pytorch_reference.json', import.meta.url)
/** By attention variant, with "on images" behind those of vision transformers. */
export const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>

/** Of these, the ones that a slow device trains as well: the variants of the three papers. */
export const goldenOfThePapers = ['standard', 'laplacian', 'exponential-family'] as const

/** Those that a slow device trains: all of them where there is time, else the one with most of its own. */
export const slowlyTrained = (all: boolean) => goldenOfThePapers.slice(all ? 0 : -1)

/** The block as GPT-2 has it. */
export const neutralBlock = {
  activation: 'gelu',
  positions: 'learned',
  norm: 'layer',
  normPlacement: 'pre',
  residual: true,
  stepSize: 1,
  learnedStepSize: false,
  initialDeviation: 0.02,
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
const [side, classes] = [8, 3]
const goldenImages: VisionConfiguration = {
  ...goldenConfiguration,
  ...{ imageHeight: side, imageWidth: side, channels: 1, patchSize: 4, classes },
  pooling: 'class-token',
}

interface Subject {
  readonly model: Kept
  readonly program: Program
  batch(step: number): Record<string, Numbers>
}

function subjectOf(name: string): Subject {
  const { batchSize, context, vocabulary } = goldenConfiguration
  const [attention, kind] = name.split(' on ') as [string, string | undefined]
  const axes = presetAxes(attention)
  if (kind === 'images') {
    const model = visionTransformer(goldenImages, axes)
    const image = { height: side, width: side, channels: 1 }
    return {
      model,
      program: imageTrainingProgram(model, goldenConfiguration, image),
      batch: (step) => ({
        images: Float32Array.from({ length: batchSize * side * side }, (_, i) => Math.sin(0.7 * i + step)),
        labels: Int32Array.from({ length: batchSize }, (_, i) => (i + step) % classes),
      }),
    }
  }
  const model = languageModel(goldenConfiguration, axes)
  const length = batchSize * context
  return {
    model,
    program: trainingProgram(model, goldenConfiguration),
    batch: (step) => ({
      tokens: Int32Array.from({ length }, (_, i) => (i * 7 + step) % vocabulary),
      targets: Int32Array.from({ length }, (_, i) => ((i * i + 1) * 7 + step) % vocabulary),
    }),
  }
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
  return [Math.sqrt(square), projection]
}

export interface Trained {
  readonly losses: number[]
  readonly gradientNorms: number[]
  readonly weights: Record<string, Float32Array>
}

/** Trains as test/fixtures/model/pytorch_reference.py does. @param name of a row of `golden` */
export async function trainGolden(device: Device, name: string): Promise<Trained> {
  const { model, program, batch } = subjectOf(name)
  const places = Object.keys(golden[name]!.weights) // the fixture's order gives the phases
  const values: Parameters<Device['createState']>[0] = Object.fromEntries(
    model.parameters.flatMap(({ name, shape }) => {
      const count = shape.reduce((size, dimension) => size * dimension, 1)
      const numbers = initial(count, places.indexOf(name), name.endsWith('scale') ? 1 : 0)
      const zeros = { shape, numbers: new Float32Array(count) }
      return [
        [name, { shape, numbers }],
        [firstMoment(name), zeros],
        [secondMoment(name), zeros],
      ]
    }),
  )
  const state = device.createState(values)
  const compiled = await device.compile(program)
  const losses: number[] = []
  const gradientNorms: number[] = []
  for (let step = 0; step < goldenConfiguration.steps; step++) {
    const results = await compiled.run(state, { ...batch(step), ...scheduleAt(step, goldenConfiguration) })
    losses.push(results.loss![0]!)
    gradientNorms.push(results.gradientNorm![0]!)
  }
  const weights = await state.read(model.parameters.map(({ name }) => name))
  await compiled.release()
  await state.release()
  return { losses, gradientNorms, weights }
}
