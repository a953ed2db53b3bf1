/** Every operation, forward and gradient: compiled against tfjs's own eager computation and against float64. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../src/main/engine/devices/reference.ts'
import { embedding } from '../../../src/main/engine/operations/embedding.ts'
import type { Tensors } from '../../../src/main/engine/program.ts'
import { trace } from '../../../src/main/engine/tracing/backend.ts'
import { compute, relativeDifference, wave, type Given } from '../../support/devices.ts'
import { interpret } from '../../support/float64.ts'
import { operationCases, valueAndGradients, weightsFor } from '../../support/operationCases.ts'

describe('compiled operations agree with eager tfjs', () => {
  it.each(Object.keys(operationCases))('%s', async (name) => {
    const testCase = operationCases[name]!
    const compiled = await compute(openCpu(2), testCase.inputs, valueAndGradients(testCase))
    const eager = await compute(await openReference(), testCase.inputs, valueAndGradients(testCase))
    expect(Object.keys(compiled)).toEqual(Object.keys(eager))
    for (const result of Object.keys(eager))
      expect(relativeDifference(compiled[result]!, eager[result]!), result).toBeLessThan(1e-5)
  })
})

describe('compiled operations agree with float64', () => {
  it.each(Object.keys(operationCases))('%s', async (name) => {
    const testCase = operationCases[name]!
    const { inputs, apply } = testCase
    const compiled = await compute(openCpu(2), inputs, valueAndGradients(testCase))
    const specifications = Object.fromEntries(
      Object.entries(inputs).map(
        ([input, { shape, dtype }]) => [input, { shape, dtype: dtype ?? 'float32' }] as const,
      ),
    )
    const graph = trace(specifications, (tensors) => ({ value: apply(tensors) }))
    const numbers = Object.fromEntries(
      Object.entries(inputs).map(([input, { numbers }]) => [input, Float64Array.from(numbers)]),
    )
    const value = interpret(graph, numbers).value!
    expect(relativeDifference(compiled.value!, value), 'value').toBeLessThan(1e-5)

    const weights = weightsFor(graph.outputs.get('value')!.shape).numbers
    const weighted = (changed: Record<string, Float64Array>) =>
      interpret(graph, changed).value!.reduce((sum, element, index) => sum + element * weights[index]!, 0)
    for (const input of Object.keys(compiled).flatMap((result) =>
      result === 'value' ? [] : [result.slice(1)],
    )) {
      const gradient = numbers[input]!.map((element, index) => {
        const shifted = (h: number) =>
          weighted({ ...numbers, [input]: numbers[input]!.with(index, element + h) })
        return (shifted(1e-5) - shifted(-1e-5)) / 2e-5 // central difference
      })
      expect(relativeDifference(compiled[`d${input}`]!, gradient), `gradient of ${input}`).toBeLessThan(1e-5)
    }
  })
})

describe('an operation that cannot be compiled', () => {
  it('fails while tracing with its name and the file to add it in', async () => {
    const attempt = compute(openCpu(1), { x: wave([3]) }, ({ x }) => ({ y: x!.cos() }))
    await expect(attempt).rejects.toThrow(/Cos .*tracing\/kernels\.ts/)
  })

  it('may not read the numbers of a traced tensor', async () => {
    const attempt = compute(openCpu(1), { x: wave([3]) }, ({ x }) => ({ y: x!.mul(x!.dataSync()[0]!) }))
    await expect(attempt).rejects.toThrow(/may not depend on the value/)
  })
})

describe('reductions with many duplicates and several threads', () => {
  it('sum embedding gradients exactly and repeat bit for bit', async () => {
    const rows = 20_000
    const indices: Given = {
      shape: [rows],
      numbers: Int32Array.from({ length: rows }, (_, i) => i % 3),
      dtype: 'int32',
    }
    const build = ({ table, indices }: Tensors): Tensors => ({
      dtable: tf.grad((table) => embedding(table as tf.Tensor2D, indices as tf.Tensor1D).sum())(table!),
    })
    for (let repetition = 0; repetition < 5; repetition++) {
      const { dtable } = await compute(openCpu(4), { table: wave([3, 2]), indices }, build)
      expect([...dtable!]).toEqual([6667, 6667, 6667, 6667, 6666, 6666])
    }
  })
})
