/** Every option of the shared block: values against plain loops, gradients against differences, and what always holds. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { crossEntropy } from '../../../src/main/engine/operations/crossEntropy.ts'
import type { Device, Tensors } from '../../../src/main/engine/program.ts'
import { trace } from '../../../src/main/engine/tracing/backend.ts'
import { simplify } from '../../../src/main/engine/tracing/simplify.ts'
import { transformerBlocks } from '../../../src/main/model/blocks.ts'
import { initialNumbers, parameterCount, stateOf, type Kept } from '../../../src/main/model/parameters.ts'
import { languageModel, type ModelConfiguration } from '../../../src/main/model/transformer.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { blockOptions, modelWith, smallModel } from '../../support/blockOptions.ts'
import { compute, devices, given, relativeDifference, wave, type Given } from '../../support/devices.ts'
import { interpret } from '../../support/float64.ts'
import { plainLogits } from '../../support/plainTransformer.ts'

const options = Object.keys(blockOptions)

/** Weights at which nothing is neutral: scales and steps about 1, whitening that is no symmetric matrix. */
const aliveWeights = ({ parameters, buffers }: Kept): Record<string, Given> =>
  Object.fromEntries(
    [...parameters, ...buffers].map(({ name, shape }, phase) => {
      const around = /scale$|Step$/.test(name) ? 1 : 0
      const { numbers } = wave(shape, phase, 0.5)
      return [name, { shape, numbers: Float32Array.from(numbers, (value) => around + value) }]
    }),
  )

const sequences = [
  [3, 1, 4, 1, 5, 6],
  [2, 6, 5, 3, 5, 0],
]
const targets = [
  [1, 4, 1, 5, 6, 2],
  [6, 5, 3, 5, 0, 1],
]

async function logitsOf(
  device: Device,
  configuration: ModelConfiguration,
  tokens: number[][],
  weights?: Record<string, Given>,
): Promise<Float32Array> {
  const model = languageModel(configuration, standardAxes)
  const inputs = { ...(weights ?? aliveWeights(model)), tokens: given(tokens, 'int32') }
  const { logits } = await compute(device, inputs, ({ tokens, ...rest }) => ({
    logits: model.forward(rest, tokens as tf.Tensor2D).logits,
  }))
  return logits as Float32Array
}

describe.each(devices)('a language model on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(options)('%s: computes what plain loops compute', async (name) => {
    const configuration = modelWith(name)
    const weights = aliveWeights(languageModel(configuration, standardAxes))
    const numbers = Object.fromEntries(Object.entries(weights).map(([key, { numbers }]) => [key, numbers]))
    const expected = sequences.flatMap((tokens) => plainLogits(configuration, numbers, tokens).flat())
    expect(relativeDifference(await logitsOf(device, configuration, sequences), expected)).toBeLessThan(1e-5)
  })

  it.each(options)('%s: begins near ln V', async (name) => {
    const configuration = { ...modelWith(name), width: 32 }
    const model = languageModel(configuration, standardAxes)
    const initial = Object.fromEntries(
      [...model.parameters, ...model.buffers].map((parameter) => [
        parameter.name,
        { shape: parameter.shape, numbers: initialNumbers(parameter, 0) },
      ]),
    )
    const logits = await logitsOf(device, configuration, sequences, initial)
    const losses = targets.flat().map((target, row) => {
      const numbers = Array.from(logits.slice(row * 7, row * 7 + 7))
      return Math.log(numbers.reduce((total, value) => total + Math.exp(value), 0)) - numbers[target]!
    })
    expect(Math.abs(losses.reduce((a, b) => a + b) / losses.length - Math.log(7))).toBeLessThan(0.1)
  })
})

describe('gradients of every parameter', () => {
  it.each(options)('%s: as central differences in float64 find them', async (name) => {
    const configuration = { ...modelWith(name), layers: 1, width: 4, context: 3, vocabulary: 5 }
    const model = languageModel(configuration, standardAxes)
    const weights = aliveWeights(model)
    const loss = (tensors: Tensors): tf.Scalar => {
      const tokens = tf.tensor2d([[3, 1, 4], [0, 2, 1]], [2, 3], 'int32') // prettier-ignore
      return crossEntropy(model.forward(tensors, tokens).logits, tf.tensor1d([1, 4, 0, 2, 1, 3], 'int32'))
    }
    const names = model.parameters.map((parameter) => parameter.name)
    const gradients = await compute(openCpu(2), weights, (tensors) => {
      const of = (...values: tf.Tensor[]) =>
        loss({ ...tensors, ...Object.fromEntries(names.map((key, index) => [key, values[index]!])) })
      const found = tf.grads(of)(names.map((key) => tensors[key]!))
      return Object.fromEntries(names.map((key, index) => [`d/${key}`, found[index]!]))
    })
    const graph = trace(stateOf(model), (tensors) => ({ loss: loss(tensors) }))
    const numbers = Object.fromEntries(
      Object.entries(weights).map(([key, { numbers }]) => [key, Float64Array.from(numbers)]),
    )
    for (const [index, key] of names.entries()) {
      const direction = wave(weights[key]!.shape, index + 0.5).numbers
      const along = (h: number) =>
        interpret(graph, { ...numbers, [key]: numbers[key]!.map((value, i) => value + h * direction[i]!) })
          .loss![0]!
      const expected = (along(1e-5) - along(-1e-5)) / 2e-5
      const actual = Array.from(gradients[`d/${key}`]!).reduce(
        (sum, value, i) => sum + value * direction[i]!,
        0,
      )
      const size = Math.hypot(...gradients[`d/${key}`]!) * Math.hypot(...Array.from(direction))
      expect(Math.abs(actual - expected), key).toBeLessThan(1e-5 * size + 1e-7)
    }
  })
})

describe('what a token knows', () => {
  const choices = (['layer', 'rms', 'whitening', 'none'] as const).flatMap((norm) =>
    (['pre', 'post'] as const).flatMap((normPlacement) =>
      (['learned', 'sinusoidal', 'rotary', 'none'] as const).map((positions) => ({
        norm,
        normPlacement,
        positions,
      })),
    ),
  )

  it.each(choices)(
    'norm $norm, placed $normPlacement, positions $positions: nothing of the future, nothing of other sequences, bit for bit',
    async (choice) => {
      const configuration = { ...smallModel, ...choice }
      const before = await logitsOf(openCpu(2), configuration, sequences)
      const [first, second] = sequences as [number[], number[]]
      const after = await logitsOf(openCpu(2), configuration, [
        first.with(4, 0).with(5, 2),
        second.toReversed(),
      ])
      const known = 4 * configuration.vocabulary
      expect(after.slice(0, known)).toEqual(before.slice(0, known))
      expect(after.slice(known)).not.toEqual(before.slice(known))
    },
  )

  it.each(['layer', 'rms', 'whitening', 'none'] as const)(
    'norm %s: without mask and positions the order of tokens only permutes the output',
    async (norm) => {
      const configuration = { ...smallModel, norm, positions: 'none' as const }
      const blocks = transformerBlocks(configuration, standardAxes)
      const weights = aliveWeights(blocks)
      const outputOf = async (entry: Given) => {
        const { output } = await compute(openCpu(2), { ...weights, entry }, ({ entry, ...rest }) => ({
          output: blocks.forward(rest, entry as tf.Tensor2D, 1, undefined).residual,
        }))
        return output!
      }
      const entry = wave([6, 8])
      const order = [4, 0, 5, 2, 1, 3]
      const permuted = (numbers: ArrayLike<number>) =>
        order.flatMap((row) => Array.from({ length: 8 }, (_, channel) => numbers[row * 8 + channel]!))
      const expected = permuted(await outputOf(entry))
      const actual = await outputOf({ shape: [6, 8], numbers: permuted(entry.numbers) })
      expect(relativeDifference(actual, expected)).toBeLessThan(1e-5)
    },
  )
})

describe('what a model holds', () => {
  const matrices = (width: number, ratio: number) => (4 + 2 * ratio) * width * width
  it.each([
    // L = 2, C = 8, ratio 2, V = 7, T = 6, with biases: per block 5C + 3C of attention, 2C + C + … of the MLP
    ['neutral', 7 * 8 + 6 * 8 + 2 * (matrices(8, 2) + 4 * 8 + 3 * 8 + 4 * 8) + 2 * 8],
    ['no biases', 7 * 8 + 6 * 8 + 2 * (matrices(8, 2) + 2 * 8) + 8],
    ['no MLP', 7 * 8 + 6 * 8 + 2 * (matrices(8, 0) + 2 * 8 + 4 * 8) + 2 * 8],
    ['no positions', 7 * 8 + 2 * (matrices(8, 2) + 4 * 8 + 3 * 8 + 4 * 8) + 2 * 8],
    ['no norm', 7 * 8 + 6 * 8 + 2 * (matrices(8, 2) + 3 * 8 + 4 * 8)],
    ['norms after the sums', 7 * 8 + 6 * 8 + 2 * (matrices(8, 2) + 4 * 8 + 3 * 8 + 4 * 8)],
    ['learned step size', 7 * 8 + 6 * 8 + 2 * (matrices(8, 2) + 4 * 8 + 3 * 8 + 4 * 8 + 2) + 2 * 8],
  ])('%s: %i parameters', (name, count) => {
    expect(parameterCount(languageModel(modelWith(name), standardAxes).parameters)).toBe(count)
  })

  it('trains as many values with whitening as with layer norm, and keeps its statistics beside them', () => {
    const layer = languageModel(modelWith('neutral'), standardAxes)
    const whitening = languageModel(modelWith('whitening'), standardAxes)
    expect(whitening.parameters).toEqual(layer.parameters)
    expect(layer.buffers).toEqual([])
    expect(parameterCount(whitening.buffers)).toBe(5 * (8 + 2 * 8 * 8))
  })

  it('has nothing to multiply with where an option is neutral', () => {
    const kernels = (changes: Partial<ModelConfiguration>) => {
      const model = languageModel({ ...smallModel, ...changes }, standardAxes)
      const graph = trace(stateOf(model), (tensors) => ({
        logits: model.forward(tensors, tf.zeros([1, 6], 'int32')).logits,
      }))
      return simplify(graph).operations.filter(({ kernel }) => kernel === 'Multiply').length
    }
    expect(kernels({ stepSize: 0.5 })).toBeGreaterThan(0)
    expect(kernels({})).toBe(0)
  })

  it.each([
    ['heads that do not divide the width', { heads: 3 }, /8 cannot be divided among 3 heads/],
    ['rotary positions of heads with an odd width', { width: 6, positions: 'rotary' }, /a head has 3/],
  ] as const)('refuses %s', (_, changes, message) => {
    expect(() => languageModel({ ...smallModel, ...changes }, standardAxes)).toThrow(message)
  })
})
