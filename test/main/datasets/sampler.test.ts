import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  readBatch,
  trainingItems,
  trainingOffsets,
  validationWindows,
} from '../../../src/main/datasets/sampler.ts'
import { uniformAt } from '../../../src/main/engine/random.ts'
import { readerOf } from './readers.ts'

/** A number in [0, 1) that depends on its arguments only. */
const uniform = (step: number, index: number) => {
  const mixed = Math.sin(step * 12.9898 + index * 78.233) * 43758.5453
  return mixed - Math.floor(mixed)
}

describe('trainingOffsets', () => {
  it('reach from the first to the last sequence that has a following token', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (context, room) => {
        const length = context + room
        const at = (value: number) =>
          trainingOffsets({ length, context, batchSize: 1, uniform: () => value })(0)[0]
        expect(at(0)).toBe(0)
        expect(at(1 - Number.EPSILON / 2)).toBe(length - context - 1)
      }),
    )
  })

  it('of a step do not depend on the steps that were asked for before', () => {
    const options = { length: 10_000, context: 64, batchSize: 12, uniform }
    const inOrder = trainingOffsets(options)
    const batches = Array.from({ length: 20 }, (_, step) => inOrder(step))
    expect(trainingOffsets(options)(17)).toEqual(batches[17])
    expect(batches[17]).toHaveLength(12)
    expect(new Set(batches.map(String)).size).toBe(20)
  })

  it('need one token more than the context', () => {
    const offsets = (length: number) => trainingOffsets({ length, context: 64, batchSize: 2, uniform })(3)
    expect(offsets(65)).toEqual([0, 0])
    expect(() => offsets(64)).toThrow(
      expect.objectContaining({ code: 'text-too-short', message: expect.stringMatching(/training.*64.*65/) }),
    )
  })
})

describe('trainingItems', () => {
  const options = { length: 10, batchSize: 4, uniform }

  it('are every image once in each epoch, in another order, without a gap between epochs', () => {
    const itemsAt = trainingItems(options)
    const all = Array.from({ length: 10 }, (_, step) => [...itemsAt(step)]).flat()
    const epochs = [0, 10, 20, 30].map((start) => all.slice(start, start + 10))
    for (const epoch of epochs)
      expect(epoch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new Set(epochs.map(String)).size).toBe(4)
  })

  it('of a step do not depend on the steps that were asked for before', () => {
    const inOrder = trainingItems(options)
    const steps = Array.from({ length: 20 }, (_, step) => inOrder(step))
    const jumping = trainingItems(options)
    for (const step of [19, 3, 7, 7, 0]) expect(jumping(step)).toEqual(steps[step])
  })

  it('may be more than there are images', () => {
    const items = trainingItems({ ...options, length: 3, batchSize: 7 })(1) // places 7 to 13: epochs 2 to 4
    expect([...items.subarray(2, 5)].sort()).toEqual([0, 1, 2])
  })

  it('are in any order equally often', () => {
    const orders = new Map<string, number>()
    const itemsAt = trainingItems({
      length: 3,
      batchSize: 3,
      uniform: (epoch, index) => uniformAt(5, 'dataOrder', epoch, index),
    })
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = itemsAt(epoch).join()
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(orders.size).toBe(6)
    for (const count of orders.values())
      expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * (5 / 6)))
  })
})

describe('validationWindows', () => {
  it('are 1742 of 64 for tinyshakespeare', () => {
    const windows = validationWindows(111_540, 64)
    expect(windows).toHaveLength(1742)
    expect(windows.slice(0, 3)).toEqual([0, 64, 128])
  })

  it('predict every token after the first once, but for less than a window at the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }), (context, room) => {
        const length = context + room
        const predicted = validationWindows(length, context).flatMap((offset) =>
          Array.from({ length: context }, (_, index) => offset + index + 1),
        )
        expect(predicted).toEqual(predicted.map((_, index) => index + 1))
        expect(predicted.at(-1)).toBeLessThan(length)
        expect(length - 1 - predicted.length).toBeLessThan(context)
      }),
    )
  })

  it('need one token more than the context', () => {
    expect(validationWindows(65, 64)).toEqual([0])
    expect(() => validationWindows(64, 64)).toThrow(expect.objectContaining({ code: 'text-too-short' }))
  })
})

describe('readBatch', () => {
  it('gives the sequences row by row, and the same shifted by one', () => {
    const tokens = new Int32Array(6)
    const targets = new Int32Array(6)
    readBatch(readerOf([10, 11, 12, 13, 14, 15]), [2, 0], 3, tokens, targets)
    expect([...tokens]).toEqual([12, 13, 14, 10, 11, 12])
    expect([...targets]).toEqual([13, 14, 15, 11, 12, 13])
  })
})
