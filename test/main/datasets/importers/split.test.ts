import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stratifiedSplit } from '../../../../src/main/datasets/importers/split.ts'

const countsOf = (labels: number[], classes: number) =>
  Array.from({ length: classes }, (_, label) => labels.filter((own) => own === label).length)

describe('the stratified split', () => {
  it('takes a tenth of all images, and of every class within one image', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 2, maxLength: 400 }), (labels) => {
        const isValidation = stratifiedSplit(labels, 5)
        const chosen = labels.filter((_, index) => isValidation[index])
        expect(chosen).toHaveLength(Math.max(1, Math.round(labels.length / 10)))
        const [all, validation] = [countsOf(labels, 5), countsOf(chosen, 5)]
        all.forEach((count, label) => {
          const share = (count * chosen.length) / labels.length
          // more than one above its share only where classes of one image could not give theirs
          if (!all.includes(1)) expect(Math.abs(validation[label]! - share)).toBeLessThan(1)
          if (count > 1) expect(validation[label]).toBeLessThan(count)
        })
      }),
    )
  })

  it('takes another share, and with another seed other images', () => {
    const labels = Array.from({ length: 200 }, (_, index) => index % 4)
    const usual = stratifiedSplit(labels, 4)
    expect(stratifiedSplit(labels, 4, { validation: 0.1, seed: 0 })).toEqual(usual)
    const other = stratifiedSplit(labels, 4, { validation: 0.1, seed: 1 })
    expect(other).not.toEqual(usual)
    const quarter = stratifiedSplit(labels, 4, { validation: 0.25, seed: 0 })
    const counts = (split: Uint8Array) =>
      countsOf(
        labels.filter((_, index) => split[index]),
        4,
      )
    expect([counts(other), counts(quarter)]).toEqual([
      [5, 5, 5, 5],
      [13, 13, 12, 12],
    ])
  })

  it('leaves classes of one image for training while there are others', () => {
    expect([...stratifiedSplit([0, 1, 2, 3, 3, 3], 4)].slice(0, 3)).toEqual([0, 0, 0])
  })

  it('draws, and always the same', () => {
    const labels = Array.from({ length: 1000 }, (_, index) => index % 2)
    const split = stratifiedSplit(labels, 2)
    expect(stratifiedSplit(labels, 2)).toEqual(split)
    const chosen = labels.flatMap((_, index) => (split[index] ? [index] : []))
    // neither the first nor the last ones, nor every tenth
    const mean = chosen.reduce((sum, index) => sum + index, 0) / chosen.length
    expect(mean).toBeGreaterThan(400)
    expect(mean).toBeLessThan(600)
    expect(new Set(chosen.slice(1).map((index, at) => index - chosen[at]!)).size).toBeGreaterThan(5)
  })
})
