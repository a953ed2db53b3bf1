import { describe, expect, it } from 'vitest'
import {
  frameAt,
  hullOf,
  nearestToken,
  viewAt,
  viewsOf,
  type Frame,
} from '../../../../src/renderer/logic/lab/clouds.ts'

const frame = (...numbers: number[]): Frame => Float32Array.from(numbers)

describe('a cloud between two steps', () => {
  const frames = [frame(0, 0, 1, 1), frame(2, 4, 1, 1)]
  it('is on the straight ways between them, and the last one beyond', () => {
    expect([...frameAt(frames, 0.25)]).toEqual([0.5, 1, 1, 1])
    expect(frameAt(frames, 1)).toBe(frames[1])
    expect(frameAt(frames, 7)).toBe(frames[1])
  })
  it('is seen through a square that grows by equal factors', () => {
    const views = [
      { x: 0, y: 0, half: 1 },
      { x: 2, y: -2, half: 4 },
    ]
    expect(viewAt(views, 0.5)).toEqual({ x: 1, y: -1, half: 2 })
    expect(viewAt(views, 9)).toEqual(views[1])
  })
})

describe('hullOf', () => {
  it('goes around the outermost tokens, once each, whatever lies inside or on an edge', () => {
    const square = frame(0, 0, 2, 0, 2, 2, 0, 2, 1, 1, 1, 0, 0.5, 1.5)
    expect([...hullOf(square)].sort()).toEqual([0, 1, 2, 3])
    const [a, b, c] = hullOf(square) as [number, number, number]
    expect([a, b, c].map((token) => [square[2 * token], square[2 * token + 1]])).toEqual([
      [0, 0],
      [2, 0],
      [2, 2],
    ])
  })
  it('of tokens that are one is one of them', () => {
    expect(hullOf(frame(1, 1, 1, 1, 1, 1)).length).toBeLessThanOrEqual(2)
  })
})

describe('viewsOf', () => {
  const wide = [frame(-1, 0, 1, 0), frame(-8, 0, 8, 0)]
  const narrow = [frame(-1, 0, 1, 0), frame(2, 1, 2.5, 1)]
  const halves = (mode: 'step' | 'whole' | 'own') =>
    viewsOf([wide, narrow, []], mode).map((views) => views.map(({ half }) => half))
  it('shows the same square in every panel, by step or over all', () => {
    expect(halves('step')).toEqual([[1, 8], [1, 8], [1, 8]]) // prettier-ignore
    expect(halves('whole')).toEqual([[8, 8], [8, 8], [8, 8]]) // prettier-ignore
  })
  it('or to each its own, around its own middle', () => {
    expect(halves('own')).toEqual([[1, 8], [1, 0.25], []]) // prettier-ignore
    expect(viewsOf([wide, narrow], 'own')[1]![1]).toEqual({ x: 2.25, y: 1, half: 0.25 })
  })
  it('keeps a square open around a single point, and around a cloud that ended early', () => {
    const [gone, short] = viewsOf([[frame(-1, 0, 1, 0), frame(3, 3, 3, 3)], [frame(-1, 0, 1, 0)]], 'own')
    expect(gone![1]!.half).toBeCloseTo(1e-6, 12)
    expect(short).toHaveLength(2)
    expect(viewsOf([[frame(0, 0, 0, 0)]], 'step')[0]![0]!.half).toBeGreaterThan(0)
  })
})

it('finds the nearest token within reach', () => {
  const tokens = frame(0, 0, 1, 1, 3, 3)
  expect(nearestToken(tokens, [1.2, 0.9], 0.5)).toBe(1)
  expect(nearestToken(tokens, [2, 2], 0.5)).toBeNull()
})
