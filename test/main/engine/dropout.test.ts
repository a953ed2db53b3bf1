/** The statistics of dropout masks. Bounds are four to five standard errors of what independent draws would show. */
import { describe, expect, it } from 'vitest'
import { dropoutScale, fillMask } from '../../../src/main/engine/dropout.ts'
import { philox, purposes, streamOf } from '../../../src/main/engine/random.ts'

const count = 400_000

function maskOf(changes: Partial<Parameters<typeof fillMask>[1]> = {}, length = count): Uint8Array {
  const mask = new Uint8Array(length).fill(7)
  fillMask(mask, { seed: 0, step: 0, site: 'embedding', probability: 0.2, ...changes })
  return mask
}

/** Pearson's correlation of a with b, both of 0 and 1; about N(0, 1/n) where they are independent. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB, both] = [0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    sumA += a[index]!
    sumB += b[index]!
    both += a[index]! & b[index]!
  }
  const [meanA, meanB] = [sumA / a.length, sumB / a.length]
  return (both / a.length - meanA * meanB) / Math.sqrt(meanA * (1 - meanA) * meanB * (1 - meanB))
}
const independent = 5 / Math.sqrt(count)

describe('a mask', () => {
  it.each([0.1, 0.2, 0.5, 0.9])(
    'keeps a share of 1 − %d, in its even and in its odd elements',
    (probability) => {
      const mask = maskOf({ probability })
      for (const parity of [0, 1]) {
        const half = mask.filter((_, index) => index % 2 === parity)
        const share = half.reduce((sum, kept) => sum + kept, 0) / half.length
        const error = Math.sqrt((probability * (1 - probability)) / half.length)
        expect(Math.abs(share - (1 - probability)) / error).toBeLessThan(5)
      }
      expect(new Set(mask)).toEqual(new Set([0, 1]))
    },
  )

  it('keeps the expectation: scale times the share of draws that keep is exactly one', () => {
    for (const probability of [0.1, 0.2, 1 / 3, 0.5, 0.9]) {
      const kept = 1 - Math.round(probability * 65536) / 65536
      expect(dropoutScale(probability) * kept).toBeCloseTo(1, 15)
    }
    expect(dropoutScale(0)).toBe(1)
    expect(maskOf({ probability: 0 }).every((kept) => kept === 1)).toBe(true)
  })

  it('has neighbours, rows, steps, sites and seeds that know nothing of each other', () => {
    const mask = maskOf()
    for (const lag of [1, 2, 3, 64, 128, 4096])
      expect(Math.abs(correlation(mask.subarray(lag), mask.subarray(0, -lag))), `lag ${lag}`).toBeLessThan(
        independent,
      )
    const others = {
      step: { step: 1 },
      'far step': { step: 1 << 20 },
      site: { site: 'blocks.0' },
      seed: { seed: 1 },
    }
    for (const [name, change] of Object.entries(others))
      expect(Math.abs(correlation(mask, maskOf(change))), name).toBeLessThan(independent)
  })

  it('varies from step to step as independent draws do', () => {
    const length = 1000
    const shares = Array.from(
      { length: 400 },
      (_, step) => maskOf({ step }, length).reduce((sum, kept) => sum + kept, 0) / length,
    )
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1)
    const expected = (0.2 * 0.8) / length
    expect(variance / expected).toBeGreaterThan(1 - 5 * Math.sqrt(2 / shares.length))
    expect(variance / expected).toBeLessThan(1 + 5 * Math.sqrt(2 / shares.length))
  })

  it('drops every element as often as the others', () => {
    const steps = 2000
    const kept = new Float64Array(64)
    for (let step = 0; step < steps; step++)
      maskOf({ step }, 64).forEach((value, index) => (kept[index]! += value))
    const error = Math.sqrt((0.2 * 0.8) / steps)
    for (const sum of kept) expect(Math.abs(sum / steps - 0.8) / error).toBeLessThan(5)
  })

  it('is the same whenever it is asked for, whatever its length: part of the record of a run', () => {
    expect(maskOf({}, 101)).toEqual(maskOf({}, 1000).slice(0, 101))
    const golden = maskOf({ seed: 3, step: 7, site: 'dropout/embedding', probability: 0.5 }, 32)
    expect([...golden].join('')).toBe('01110110000100001111000010011101')
  })

  it.each([1, 2, 7, 8, 9, 65_535, 65_536, 65_537, 140_001])('of %i elements is the formula', (length) => {
    const mix = (x: number) => {
      x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
      x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
      return x ^ (x >>> 16)
    }
    const [key0, key1] = philox([8, 0, streamOf('site'), 2], [3, purposes.dropout])
    const expected = Uint8Array.from({ length }, (_, element) => {
      const word = mix(mix((element >> 1) ^ key0) ^ key1)
      const draw = element % 2 === 0 ? word & 0xffff : word >>> 16
      return Number(draw >= Math.round(0.3 * 0x10000))
    })
    const mask = maskOf({ seed: 3, step: 8, site: 'site', probability: 0.3 }, length)
    expect(Buffer.compare(mask, expected)).toBe(0)
  })
})
