import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder } from '../../../../src/main/datasets/importers/inOrder.ts'

async function collect<One>(all: AsyncIterable<One>): Promise<One[]> {
  const found: One[] = []
  for await (const one of all) found.push(one)
  return found
}

describe('inOrder', () => {
  it('gives every result in the order of the items, with no more under way than wanted', async () => {
    const turns = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 8 }), async (items, atOnce) => {
        let underWay = 0
        let most = 0
        const work = async (item: number) => {
          most = Math.max(most, ++underWay)
          for (let turn = 0; turn < item; turn++) await Promise.resolve()
          underWay--
          return 2 * item
        }
        expect(await collect(inOrder(items, atOnce, work))).toEqual(items.map((item) => [item, 2 * item]))
        expect(most).toBeLessThanOrEqual(atOnce)
      }),
    )
  })

  it('begins nothing new after a failure, and waits for what is under way', async () => {
    const begun: number[] = []
    let ended = 0
    const work = async (item: number) => {
      begun.push(item)
      await wait(item)
      ended++
      if (item === 1) throw new Error('one')
    }
    await expect(collect(inOrder([0, 1, 5, 9, 9], 3, work))).rejects.toThrow('one')
    expect(begun).toEqual([0, 1, 5, 9])
    expect(ended).toBe(4)
  })
})
