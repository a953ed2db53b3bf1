import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPairIndex } from '../../../src/main/datasets/pairIndex.ts'

it('numbers pairs as a Map of strings would, also while it grows and after it was cleared', () => {
  const number = fc.oneof(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 0xffffffff }))
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 300 }), (pairs) => {
      const index = createPairIndex(2)
      for (const order of [pairs, pairs.toReversed()]) {
        index.clear()
        const expected = new Map<string, number>()
        for (const [left, right] of order) {
          const key = `${left} ${right}`
          expect(index.find(left, right)).toBe(expected.get(key) ?? -1)
          if (!expected.has(key)) expected.set(key, expected.size)
          expect(index.add(left, right)).toBe(expected.get(key))
          expect(index.size).toBe(expected.size)
        }
      }
    }),
  )
})
