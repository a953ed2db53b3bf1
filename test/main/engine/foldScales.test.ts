import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { trace } from '../../../src/main/engine/tracing/backend.ts'
import type { Tensors } from '../../../src/main/engine/program.ts'
import { simplify } from '../../../src/main/engine/tracing/simplify.ts'
import { relativeDifference, wave } from '../../support/devices.ts'
import { interpret } from '../../support/float64.ts'

const square = { shape: [3, 3], dtype: 'float32' } as const
const inputs = { a: wave([3, 3]).numbers, b: wave([3, 3], 1).numbers }

/** Kernels before and after simplification, with a check that the numbers stay. */
function kernelsOf(build: (tensors: Tensors) => Tensors): string[] {
  const expected = interpret(trace({ a: square, b: square }, build), inputs)
  const graph = simplify(trace({ a: square, b: square }, build))
  const actual = interpret(graph, inputs)
  for (const name of Object.keys(expected))
    expect(relativeDifference(actual[name]!, expected[name]!)).toBeLessThan(1e-12)
  return graph.operations.map(({ kernel }) => kernel)
}

describe('scalings', () => {
  it('go into the product before them', () => {
    expect(kernelsOf(({ a, b }) => ({ y: tf.matMul(a!, b!).mul(0.5) }))).toEqual(['BatchMatMul'])
  })
  it('go into every product after them', () => {
    const build = ({ a, b }: Tensors) => {
      const half = a!.mul(0.5)
      return { y: tf.matMul(half, b!), z: tf.matMul(b!, half, true, false) }
    }
    expect(kernelsOf(build)).toEqual(['BatchMatMul', 'BatchMatMul'])
  })
  it('add up', () => {
    expect(kernelsOf(({ a, b }) => ({ y: tf.matMul(a!.mul(2), b!.mul(3)).mul(5).mul(7) }))).toEqual([
      'BatchMatMul',
    ])
  })
  it('stay where anything else needs what they scale, or their result', () => {
    const used = ({ a, b }: Tensors) => {
      const product = tf.matMul(a!, b!)
      return { y: product.mul(0.5), z: product.exp() }
    }
    expect(kernelsOf(used)).toEqual(['BatchMatMul', 'Multiply', 'Exp'])
    const returned = ({ a, b }: Tensors) => {
      const half = a!.mul(0.5)
      return { y: tf.matMul(half, b!), half }
    }
    expect(kernelsOf(returned)).toEqual(['Multiply', 'BatchMatMul'])
  })
  it('by a tensor stay', () => {
    expect(kernelsOf(({ a, b }) => ({ y: tf.matMul(a!, b!).mul(a!) }))).toEqual(['BatchMatMul', 'Multiply'])
  })
})
