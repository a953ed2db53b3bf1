import { describe, expect, it } from 'vitest'
import { similarity, similarityMatrix } from '../../../src/main/states/similarity.ts'
import { meanRowDivergence } from '../../../src/main/statistics/exponentialFamily.ts'
import { matrixOf } from '../../../src/main/statistics/matrix.ts'
import { stateMeasures } from '../../../src/shared/states.ts'
import { gaussian, goldenX, goldenY, rotated, scaled, translated } from '../statistics/arbitrary.ts'

describe('similarity of kept states', () => {
  it('has the golden values of theory 5', () => {
    expect(similarity('linear-alignment', [goldenX], [goldenY])).toBeCloseTo(0.84429834, 7)
    expect(similarity('canonical-correlation', [goldenX], [goldenY])).toBeCloseTo(
      (0.98782884 + 0.89392777) / 2,
      7,
    )
    const firstTwo = matrixOf(
      Array.from({ length: 8 }, (_, row) => [...goldenY.numbers.subarray(3 * row, 3 * row + 2)]),
    )
    expect(similarity('procrustes-disparity', [goldenX], [firstTwo])).toBeCloseTo(0.13111626, 7)
  })

  const x = gaussian(200, 5)
  const moved = translated(scaled(rotated(x, 3), 0.7), [1, -2, 3, 0, 5])
  it.each([
    ['linear-alignment', 1, 0.1],
    ['linear-alignment-debiased', 1, 0.1],
    ['canonical-correlation', 1, 0.25],
    ['singular-vector-canonical-correlation', 1, 0.25],
    ['mutual-neighbours', 1, 0.12],
  ] as const)(
    '%s is the same for turned, scaled and moved tokens, and small for others',
    (measure, same, few) => {
      expect(similarity(measure, [x], [moved])).toBeCloseTo(same, 9)
      expect(similarity(measure, [x], [gaussian(200, 5, 1)])).toBeLessThan(few)
    },
  )
  it('Procrustes leaves nothing of turned, scaled and moved tokens, and most of others', () => {
    expect(similarity('procrustes-disparity', [x], [moved])).toBeCloseTo(0, 9)
    expect(similarity('procrustes-disparity', [x], [gaussian(200, 5, 1)])).toBeGreaterThan(0.8)
  })

  it('is not defined for tokens without spread', () => {
    const constant = matrixOf(Array.from({ length: 20 }, () => [1, 2]))
    for (const measure of stateMeasures.filter((one) => one !== 'attention-divergence'))
      expect(similarity(measure, [constant], [gaussian(20, 2)]), measure).toBeNull()
  })

  const certain = matrixOf([
    [1, 0],
    [0.5, 0.5],
  ])
  const even = matrixOf([
    [1, 0],
    [0.25, 0.75],
  ])
  it('is the mean divergence of rows over heads where it is of attention maps, row against column', () => {
    const one = 0.5 * (0.5 * Math.log(2) + 0.5 * Math.log(0.5 / 0.75))
    const other = 0.5 * (0.25 * Math.log(0.5) + 0.75 * Math.log(1.5))
    expect(meanRowDivergence(certain, even)).toBeCloseTo(one, 12)
    expect(similarity('attention-divergence', [certain, certain], [certain, even])).toBeCloseTo(one / 2, 12)
    expect(similarity('attention-divergence', [even], [certain])).toBeCloseTo(other, 12)
    expect(similarity('attention-divergence', [certain], [certain, even])).toBeNull()
  })
})

describe('similarityMatrix', () => {
  it('has rows by columns, and is symmetric where both are one list', () => {
    const [a, b, c] = [0, 1, 2].map((seed) => [gaussian(30, 3, seed)])
    const all = [a!, b!, c!]
    const square = similarityMatrix('linear-alignment', all, all)
    for (let i = 0; i < 3; i++) {
      expect(square[i]![i]).toBeCloseTo(1, 12)
      for (let j = 0; j < 3; j++) expect(square[i]![j]).toBe(square[j]![i])
    }
    expect(similarityMatrix('linear-alignment', [a!], [b!, c!])).toEqual([[square[0]![1], square[0]![2]]])
  })
  it('takes both directions of what is not symmetric', () => {
    const maps = [[matrixOf([[0.5, 0.5]])], [matrixOf([[0.25, 0.75]])]]
    const values = similarityMatrix('attention-divergence', maps, maps)
    expect(values[0]![1]).not.toBeCloseTo(values[1]![0]!, 6)
    expect([values[0]![0], values[1]![1]]).toEqual([0, 0])
  })
})
