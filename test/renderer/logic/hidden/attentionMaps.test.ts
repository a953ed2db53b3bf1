import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  layersOf,
  matrixOf,
  patchNames,
  patternOf,
  readMaps,
  readIds,
  visible,
  weightPosition,
  weightScale,
  weightTicks,
} from '../../../../src/renderer/logic/hidden/attentionMaps.ts'
import type { ProbeRecord } from '../../../../src/shared/statistics.ts'

const base64 = (numbers: readonly number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString('base64')
const count = (length: number) => Array.from({ length }, (_, index) => index)
/** Two sequences, three heads, two tokens: the weight at (s, h, q, k) is its place. */
const probe: ProbeRecord = {
  step: 50,
  tensors: [
    { name: patternOf(10), shape: [2, 3, 2, 2], numbers: null },
    { name: patternOf(2), shape: [2, 3, 2, 2], numbers: base64(count(24)) },
    { name: 'blocks.2.attn.hook_q', shape: [2, 3, 2, 4], numbers: null },
    { name: 'tokens', shape: [2, 2], numbers: base64([7, 8, 9, 10]) },
  ],
}

describe('a probe', () => {
  it('has the layers of its patterns, by number', () => expect(layersOf(probe)).toEqual([2, 10]))
  it('is cut into the matrix of a head on a sequence', () => {
    const maps = readMaps(probe, 2, 3)!
    expect(maps).toMatchObject({ sequences: 2, heads: 3, queries: 2, keys: 2 })
    expect([...matrixOf(maps, 0, 0).numbers]).toEqual([0, 1, 2, 3])
    expect([...matrixOf(maps, 1, 2).numbers]).toEqual([20, 21, 22, 23])
    expect([...matrixOf(maps, 1, 'mean').numbers]).toEqual([16, 17, 18, 19])
  })
  it('says nothing of a layer that it did not send', () => {
    expect(readMaps(probe, 10, 3)).toBeNull()
    expect(readMaps(probe, 5, 3)).toBeNull()
  })
  it('has the tokens of each sequence', () => {
    expect(readIds(probe, 'tokens', 1, 2)).toEqual([9, 10])
    expect(readIds(probe, 'images', 0, 2)).toEqual([])
  })
})

const matrix = (...numbers: number[]) => ({
  queries: 1,
  keys: numbers.length,
  numbers: Float32Array.from(numbers),
})

describe('the scale of weights', () => {
  it('is common to all matrices, and has a side for negative weights only where there are any', () => {
    expect(weightScale([matrix(0.5, 0.25), matrix(0.75)])).toEqual({ largest: 0.75, hasNegative: false })
    expect(weightScale([matrix(0.5, -1)])).toEqual({ largest: 1, hasNegative: true })
    expect(weightScale([matrix(0)]).largest).toBeGreaterThan(0)
    expect(weightScale([matrix(1, -1e-8)]).hasNegative).toBe(false)
  })
  it('places weights in their order, zero at the end or in the middle', () => {
    const weight = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(weight, weight, fc.boolean(), (a, b, hasNegative) => {
        const scale = { largest: 1, hasNegative }
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) => weightPosition(scale, one))
        return low! <= high! && low! >= 0 && high! <= 1
      }),
    )
    expect(weightPosition({ largest: 1, hasNegative: true }, 0)).toBe(0.5)
    expect(weightPosition({ largest: 1, hasNegative: false }, 0)).toBe(0)
    expect(weightPosition({ largest: 1, hasNegative: false }, 0.25)).toBe(0.5)
  })
  it('writes weights at both ends', () => {
    expect(weightTicks({ largest: 0.5, hasNegative: false })).toEqual([0, 0.005, 0.05, 0.125, 0.25, 0.5])
    expect(weightTicks({ largest: 1, hasNegative: true })).toEqual([-1, -0.25, 0, 0.25, 1])
  })
})

describe('names of tokens', () => {
  it('make white space visible', () => expect(['\n', ' ', 'a'].map(visible)).toEqual(['↵', '␣', 'a']))
  it('are rows and columns of patches, after the class token where there is one', () => {
    expect(patchNames(4)).toEqual(['patch 1, 1', 'patch 1, 2', 'patch 2, 1', 'patch 2, 2'])
    expect(patchNames(5)[0]).toBe('class token')
    expect(patchNames(5)[4]).toBe('patch 2, 2')
  })
})
