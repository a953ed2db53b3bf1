import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  gradientNorms,
  learnedParameters,
  partOf,
  updateRatios,
} from '../../../src/main/statistics/trainingDynamics.ts'

const before = {
  tokenEmbedding: Float32Array.of(3, 4),
  'blocks.0.attention.queryKeyValue.weight': Float32Array.of(1, 2),
  'blocks.0.mlp.expand.weight': Float32Array.of(2),
  'blocks.10.mlp.expand.weight': Float32Array.of(0, 0),
  'head.output.bias': Float32Array.of(1),
}

describe('training dynamics', () => {
  it('knows the part of a parameter', () => {
    expect(partOf('blocks.10.attention.output.bias')).toEqual({ part: 'blocks.10', layer: 10 })
    expect(partOf('finalNorm.scale')).toEqual({ part: 'finalNorm', layer: null })
  })

  it('has the norm of the gradients of each part', () => {
    expect(gradientNorms(before)).toEqual([
      { part: 'tokenEmbedding', layer: null, norm: 5 },
      { part: 'blocks.0', layer: 0, norm: 3 },
      { part: 'blocks.10', layer: 10, norm: 0 },
      { part: 'head', layer: null, norm: 1 },
    ])
    expect(gradientNorms({ head: [NaN] })[0]!.norm).toBeNull()
    expect(gradientNorms({})).toEqual([])
  })

  it('has updates beside weights', () => {
    const after = { ...before, tokenEmbedding: [3, 4.5], 'blocks.0.mlp.expand.weight': [2.3] }
    const ratios = updateRatios(before, after)
    expect(ratios.map(({ part }) => part)).toEqual(['tokenEmbedding', 'blocks.0', 'blocks.10', 'head'])
    expect(ratios[0]!.ratio).toBeCloseTo(0.1, 12)
    expect(ratios[1]!.ratio).toBeCloseTo(0.1, 12)
    expect(ratios[2]!.ratio).toBeNull() // weights of zero
    expect(ratios[3]!.ratio).toBe(0)
    expect(updateRatios({ head: [1] }, { head: [1, 2] })).toEqual([])
  })

  it('has norms whose squares sum to that of the whole gradient, and ratios without units', () => {
    const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        numbers,
        numbers,
        numbers,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (a, b, c, factor) => {
          const gradients = { head: a, 'blocks.0.x': b, 'blocks.0.y': c }
          const whole = [...a, ...b, ...c].reduce((sum, value) => sum + value ** 2, 0)
          const squares = gradientNorms(gradients).reduce((sum, { norm }) => sum + norm! ** 2, 0)
          expect(squares).toBeCloseTo(whole, 8)
          const times = (by: number) => ({ head: a.map((value) => value * by) })
          const [ratio, scaledRatio] = [
            updateRatios(times(1), times(1.5)),
            updateRatios(times(factor), times(1.5 * factor)),
          ]
          if (ratio[0]!.ratio !== null && scaledRatio[0]!.ratio !== null)
            expect(scaledRatio[0]!.ratio).toBeCloseTo(ratio[0]!.ratio, 8)
        },
      ),
    )
  })

  it('summarises what a variant learned in each head', () => {
    const found = learnedParameters([
      { name: 'blocks.1.attention.gamma', shape: [2, 1, 1], numbers: Float32Array.of(0.5, -2) },
      { name: 'blocks.1.attention.covariance', shape: [2, 1, 2], numbers: [3, -3, 1, 7] },
      { name: 'blocks.1.attention.output.weight', shape: [2, 2], numbers: [1, 2, 3, 4] },
      { name: 'blocks.1.mlp.expand.bias', shape: [2], numbers: [1, 2] },
    ])
    expect(found).toEqual([
      { layer: 1, parameter: 'gamma', head: 0, mean: 0.5, rootMeanSquare: 0.5 },
      { layer: 1, parameter: 'gamma', head: 1, mean: -2, rootMeanSquare: 2 },
      { layer: 1, parameter: 'covariance', head: 0, mean: 0, rootMeanSquare: 3 },
      { layer: 1, parameter: 'covariance', head: 1, mean: 4, rootMeanSquare: 5 },
    ])
    expect(
      learnedParameters([{ name: 'blocks.0.attention.gamma', shape: [1, 1, 1], numbers: [NaN] }])[0]!.mean,
    ).toBeNull()
  })
})
