/** Dropout in the model: the same numbers on every device, and nothing of it where nothing is dropped. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../src/main/engine/devices/reference.ts'
import { dropoutScale, fillMask } from '../../../src/main/engine/dropout.ts'
import { attend } from '../../../src/main/engine/operations/attend.ts'
import { scheduleAt } from '../../../src/main/engine/optimizer.ts'
import type { Device, Tensors } from '../../../src/main/engine/program.ts'
import { attentionReader } from '../../../src/main/model/attention/reader.ts'
import { initialTensors } from '../../../src/main/model/parameters.ts'
import { languageModel, type LanguageModel } from '../../../src/main/model/transformer.ts'
import { dropoutInputs, trainingProgram } from '../../../src/main/training/programs.ts'
import { presetAxes, variants } from '../../../src/shared/catalogue/variants.ts'
import { tinyConfiguration } from '../../support/dataset.ts'
import { compute, devices, relativeDifference, wave } from '../../support/devices.ts'

const vocabulary = 13
/** With so large an ε an update is proportional to its gradient, rather than to its sign where that is mere rounding. */
const configuration = {
  ...tinyConfiguration,
  ...{ layers: 2, context: 8, batchSize: 3, dropout: 0.3, epsilon: 1e-2 },
}
const modelOf = (attention: string) => languageModel({ ...configuration, vocabulary }, presetAxes(attention))

const masksOf = (model: LanguageModel) =>
  dropoutInputs(model.dropoutSites(configuration.batchSize, configuration.context), configuration.dropout)
const causal = variants.filter(({ futureLeak }) => futureLeak === null).map(({ id }) => id)

/** Loss, gradient norm and the whole state after two steps. */
async function train(device: Device, attention: string) {
  const model = modelOf(attention)
  const description = trainingProgram(model, configuration)
  const state = device.createState(initialTensors(model, description.state, 0))
  const program = await device.compile(description)
  const masksAt = (step: number) =>
    Object.fromEntries(
      Object.entries(masksOf(model)).map(([site, { shape }]) => {
        const mask = new Uint8Array(shape.reduce((size, dimension) => size * dimension, 1))
        fillMask(mask, { seed: 5, step, site, probability: configuration.dropout })
        return [site, mask]
      }),
    )
  const length = configuration.batchSize * configuration.context
  const tokens = Int32Array.from({ length }, (_, index) => (index * index) % vocabulary)
  const targets = Int32Array.from({ length }, (_, index) => (index * index + 2 * index + 1) % vocabulary)
  const results: number[] = []
  for (let step = 0; step < 2; step++) {
    const inputs = { tokens, targets, ...scheduleAt(step, configuration), ...masksAt(step) }
    const { loss, gradientNorm } = await program.run(state, inputs)
    results.push(loss![0]!, gradientNorm![0]!)
  }
  const tensors = await state.read(Object.keys(description.state))
  await program.release()
  return { results, tensors }
}

describe('a training step with dropout', () => {
  it.each(causal)('%s: cpu equals reference, every weight and moment', async (attention) => {
    const compiled = await train(openCpu(2), attention)
    const eager = await train(await openReference(), attention)
    expect(relativeDifference(compiled.results, eager.results)).toBeLessThan(1e-5)
    // gradients of a few parameters are small sums of large terms; a mask that differs changes everything
    for (const [name, numbers] of Object.entries(eager.tensors))
      expect(relativeDifference(compiled.tensors[name]!, numbers), name).toBeLessThan(1e-3)
  })

  it('has no inputs for masks where nothing is dropped', () => {
    const { inputs } = trainingProgram(modelOf('standard'), { ...configuration, dropout: 0 })
    expect(Object.keys(inputs).filter((name) => name.startsWith('dropout'))).toEqual([])
    const sites = Object.keys(masksOf(modelOf('standard')))
    expect(sites).toHaveLength(1 + 3 * configuration.layers)
  })
})

describe('attention with dropout', () => {
  const shapes = { scores: [2, 2, 3, 3], values: [2, 2, 3, 4] }
  const scale = dropoutScale(0.4)
  const gains = {
    shape: shapes.scores,
    numbers: Float32Array.from(wave(shapes.scores, 3).numbers, (value) => (value > -0.3 ? scale : 0)),
  }

  it('has the gradient that tfjs finds by itself', async () => {
    const build = ({ scores, values, gains }: Tensors): Tensors => {
      const weights = tf.tensor(Float32Array.from(wave(shapes.values, 7).numbers), shapes.values)
      const [dscores, dvalues] = tf.grads((scores, values) =>
        attend(scores as tf.Tensor4D, values as tf.Tensor4D, gains as tf.Tensor4D)
          .readings.mul(weights)
          .sum(),
      )([scores!, values!])
      return { dscores: dscores!, dvalues: dvalues! }
    }
    const inputs = { scores: wave(shapes.scores, 0, 3), values: wave(shapes.values, 1), gains }
    const compiled = await compute(openCpu(2), inputs, build)
    const eager = await compute(await openReference(), inputs, build)
    for (const name of ['dscores', 'dvalues'])
      expect(relativeDifference(compiled[name]!, eager[name]!), name).toBeLessThan(1e-5)
  })

  describe.each(devices)('on %s', (_, open) => {
    let device: Device
    beforeAll(async () => {
      device = await open()
    })

    it('drops entries of A: laplacian reads dropout(A) V − V', async () => {
      const shape = [1, 2, 4, 4]
      const layer = { width: 8, heads: 2, headWidth: 4, tokens: 4, layer: 0 }
      const kept = {
        shape,
        numbers: Float32Array.from(wave(shape, 2).numbers, (value) => (value > 0 ? scale : 0)),
      }
      const inputs = { query: wave(shape), key: wave(shape, 1), value: wave(shape, 2), gains: kept }
      const { readings, expected } = await compute(device, inputs, ({ query, key, value, gains }) => {
        const tensors = { query, key, value, gains } as Record<string, tf.Tensor4D>
        const { readings, pattern } = attentionReader(presetAxes('laplacian'), layer).read({
          query: tensors.query!,
          key: tensors.key!,
          value: tensors.value!,
          gains: tensors.gains!,
          input: tf.zeros([1, 4, 8]),
          mask: tf.zeros([4, 4]),
          parameters: {},
        })
        return { readings, expected: tf.matMul(pattern.mul(gains!), value!).sub(value!) }
      })
      expect(relativeDifference(readings!, expected!)).toBeLessThan(1e-6)
    })
  })
})
