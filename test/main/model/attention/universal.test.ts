/** What holds for every attention variant, built-in or combined: one table, every row on every device. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../../../src/main/engine/program.ts'
import { trace } from '../../../../src/main/engine/tracing/backend.ts'
import { parameterCount } from '../../../../src/main/model/parameters.ts'
import { attentionLayer } from '../../../../src/main/model/attention/layer.ts'
import { attentionReader } from '../../../../src/main/model/attention/reader.ts'
import { standardAxes } from '../../../../src/shared/attention.ts'
import { variants } from '../../../../src/shared/catalogue/variants.ts'
import { applyLayer, layerCase, layerParameters, runLayer } from '../../../support/attention.ts'
import { changed, read, waves, type LayerCase } from '../../../support/attention.ts'
import { compute, devices, relativeDifference, wave, type Given } from '../../../support/devices.ts'
import { interpret } from '../../../support/float64.ts'
import { valueAndGradients, weightsFor } from '../../../support/operationCases.ts'
import { rows } from './rows.ts'

const causal = rows.filter(({ id }) => variants.find((variant) => variant.id === id)!.futureLeak === null)

/** (B·T, C) with whole sequences or tokens in another order. */
function rearranged(input: Given, order: readonly number[]): Given {
  const width = input.shape[1]!
  const numbers = Float32Array.from(input.numbers)
  order.forEach((from, to) =>
    numbers.set(Array.from(input.numbers).slice(from * width, (from + 1) * width), to * width),
  )
  return { ...input, numbers }
}
const inputOf = ({ batch, shape }: LayerCase, phase = 5): Given =>
  wave([batch * shape.tokens, shape.width], phase)

it('has a row for every built-in variant', () => {
  expect(rows.map(({ id }) => id)).toEqual(variants.map(({ id }) => id))
})

describe.each(devices)('every variant on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(causal)('$id: later tokens do not change earlier outputs, bit for bit', async ({ id }) => {
    const layer = layerCase(changed(id), true, { batch: 1, tokens: 5 })
    const input = inputOf(layer)
    const width = layer.shape.width
    const before = await runLayer(device, layer, input)
    const numbers = Float32Array.from(input.numbers, (value, index) =>
      index >= 3 * width ? 3 - 2 * value : value,
    )
    const after = await runLayer(device, layer, { ...input, numbers })
    expect(after.slice(0, 3 * width)).toEqual(before.slice(0, 3 * width))
    expect(after.slice(3 * width)).not.toEqual(before.slice(3 * width))
  })

  it.each(rows)(
    '$id: without a mask and priors of positions a permutation of the tokens permutes the outputs',
    async ({ id }) => {
      const layer = layerCase(changed(id), false, { batch: 1 })
      const weights = layerParameters(layer, { logPrior: 0 })
      const order = [2, 0, 3, 1]
      const before = await runLayer(device, layer, inputOf(layer), weights)
      const after = await runLayer(device, layer, rearranged(inputOf(layer), order), weights)
      const expected = rearranged({ shape: inputOf(layer).shape, numbers: before }, order).numbers
      expect(relativeDifference(after, expected)).toBeLessThan(2e-6)
    },
  )

  it.each(rows)('$id: sequences of a batch do not touch each other', async ({ id, neverCausal }) => {
    const layer = layerCase(changed(id), !neverCausal)
    const input = inputOf(layer)
    const half = input.numbers.length / 2
    const together = await runLayer(device, layer, input)
    const apart = [0, 1].map((sequence) => {
      const numbers = Array.from(input.numbers).slice(sequence * half, (sequence + 1) * half)
      const shape = [layer.shape.tokens, layer.shape.width]
      return runLayer(device, { ...layer, batch: 1 }, { shape, numbers }, layerParameters(layer))
    })
    const joined = (await Promise.all(apart)).flatMap((part) => [...part])
    expect(relativeDifference(together, joined)).toBeLessThan(1e-6)
  })

  it.each(rows)(
    '$id: gradients of every parameter against central differences',
    async ({ id, neverCausal }) => {
      const layer = layerCase(changed(id), !neverCausal, { batch: 1, heads: 2, headWidth: 2, tokens: 3 })
      const inputs: Record<string, Given> = { input: inputOf(layer), ...layerParameters(layer) }
      const apply = applyLayer(layer)
      const measured = await compute(device, inputs, valueAndGradients({ inputs, apply }))
      const specifications = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
      )
      const graph = trace(specifications, (tensors) => ({ value: apply(tensors) }))
      const numbers = Object.fromEntries(
        Object.entries(inputs).map(([name, { numbers }]) => [name, Float64Array.from(numbers)]),
      )
      const weights = weightsFor(graph.outputs.get('value')!.shape).numbers
      const weighted = (values: Record<string, Float64Array>): number =>
        interpret(graph, values).value!.reduce((sum, value, index) => sum + value * weights[index]!, 0)
      for (const name of Object.keys(inputs)) {
        const expected = numbers[name]!.map((value, index) => {
          const shifted = (h: number) =>
            weighted({ ...numbers, [name]: numbers[name]!.with(index, value + h) })
          return (shifted(1e-5) - shifted(-1e-5)) / 2e-5
        })
        const difference = Math.max(
          ...expected.map((value, index) => Math.abs(value - measured[`d${name}`]![index]!)),
        )
        const scale = Math.max(1e-2, ...expected.map(Math.abs))
        expect(difference / scale, name).toBeLessThan(3e-5)
      }
    },
  )

  it.each(rows.filter(({ neutral }) => neutral))(
    '$id: its neutral setting is standard attention',
    async ({ id, neutral, neverCausal }) => {
      for (const isCausal of neverCausal ? [false] : [true, false]) {
        const vectors = waves([2, 4, 5, 4])
        const options = { causal: isCausal, constants: neutral!.constants ?? {} }
        const own = await read(device, changed(id, neutral!.choices), vectors, options)
        const standard = await read(device, standardAxes, vectors, { causal: isCausal })
        expect(relativeDifference(own.readings, standard.readings)).toBeLessThan(1e-6)
      }
    },
  )

  it.each(rows)('$id: stays finite with scores of ±80', async ({ id, neverCausal }) => {
    for (const isCausal of neverCausal ? [false] : [true, false]) {
      const vectors = {
        ...waves([2, 4, 5, 4]),
        query: wave([2, 4, 5, 4], 0, 40),
        key: wave([2, 4, 5, 4], 1, 4),
      }
      const { readings, pattern } = await read(device, changed(id), vectors, { causal: isCausal })
      expect(readings.every(Number.isFinite)).toBe(true)
      expect(pattern.every(Number.isFinite)).toBe(true)
    }
  })
})

describe('parameters', () => {
  const sizes = { width: 24, heads: 4, headWidth: 6, tokens: 10, layer: 0 }
  it.each(rows)('$id: as many as predicted', ({ id, parameters = () => 0 }) => {
    const own = attentionReader(changed(id), sizes).parameters
    expect(parameterCount(own)).toBe(parameters(sizes))
    expect(own.every(({ decayed }) => !decayed)).toBe(true)
  })
  it.each(rows)('$id: the maps of the layer are those of standard attention, or absent', ({ id }) => {
    const { width } = sizes
    const maps = attentionLayer(changed(id), {
      ...sizes,
      biases: false,
      rotary: false,
      outputScale: 1,
    }).parameters.filter(({ decayed }) => decayed)
    expect(parameterCount(maps)).toBe(id === 'log-normalizer' ? 2 * width * width : 4 * width * width)
  })
})
