import { describe, expect, it } from 'vitest'
import {
  diagonalShare,
  evaluationSteps,
  mostConfused,
  rowShares,
  strengthOf,
} from '../../../src/renderer/logic/confusion.ts'

const counts = [
  [8, 2, 0],
  [0, 0, 0],
  [3, 0, 1],
]

describe('confusion matrices', () => {
  it('are read by row, also where a class has no images', () =>
    expect(rowShares(counts)).toEqual([
      [0.8, 0.2, 0],
      [0, 0, 0],
      [0.75, 0, 0.25],
    ]))
  it('name the most frequent mistakes first, and no others', () =>
    expect(mostConfused(counts, 5)).toEqual([
      { label: 2, predicted: 0, count: 3, share: 0.75 },
      { label: 0, predicted: 1, count: 2, share: 0.2 },
    ]))
  it('have the accuracy on their diagonal', () => {
    expect(diagonalShare(counts)).toBeCloseTo(9 / 14, 12)
    expect(diagonalShare([[0]])).toBeNull()
  })
  it('are coloured from nothing to all, few mistakes already visibly', () => {
    expect([0, 0.01, 1].map(strengthOf)).toEqual([0, 0.1, 1])
  })
  it('exist at every interval and at the latest step', () => {
    expect(evaluationSteps(10, undefined)).toEqual([])
    expect(evaluationSteps(10, 0)).toEqual([0])
    expect(evaluationSteps(10, 30)).toEqual([0, 10, 20, 30])
    expect(evaluationSteps(10, 34)).toEqual([0, 10, 20, 30, 34])
  })
})
