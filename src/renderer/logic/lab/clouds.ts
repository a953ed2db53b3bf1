/** Clouds in two dimensions while they move: where their points are between two steps, their hulls, and what part is shown. */
import type { DerivedVariant } from '../../../shared/derivation.ts'

/** x and y of every token, one after the other: (2 n). */
export type Frame = Float32Array

/** The cloud at every step that was computed. */
export const framesOf = ({ steps }: DerivedVariant): Frame[] =>
  steps.map(({ positions }) => Float32Array.from(positions.flat()))

/** The points between two steps, on straight lines; `at` beyond the last step is the last. */
export function frameAt(frames: readonly Frame[], at: number): Frame {
  const [before, share] = placeIn(frames.length, at)
  const from = frames[before]!
  if (share === 0) return from
  const to = frames[before + 1]!
  return from.map((value, index) => value + share * (to[index]! - value))
}

/** The step before a place between two steps, and how far behind it the place is, from 0 to 1. */
export function placeIn(steps: number, at: number): [before: number, share: number] {
  const place = Math.max(0, Math.min(at, steps - 1))
  const before = Math.floor(place)
  return [before, place - before]
}

/** Tokens on the convex hull, in their order around it (Andrew's monotone chain). */
export function hullOf(frame: Frame): number[] {
  const [x, y] = [(token: number) => frame[2 * token]!, (token: number) => frame[2 * token + 1]!]
  const order = Array.from({ length: frame.length / 2 }, (_, token) => token).sort(
    (a, b) => x(a) - x(b) || y(a) - y(b),
  )
  const turnsLeft = (a: number, b: number, c: number) =>
    (x(b) - x(a)) * (y(c) - y(a)) - (y(b) - y(a)) * (x(c) - x(a)) > 0
  const half = (tokens: readonly number[]) => {
    const chain: number[] = []
    for (const token of tokens) {
      while (chain.length > 1 && !turnsLeft(chain.at(-2)!, chain.at(-1)!, token)) chain.pop()
      chain.push(token)
    }
    return chain.slice(0, -1)
  }
  return [...half(order), ...half(order.toReversed())]
}

/** The square that is shown: its middle, and half its side. */
export interface View {
  readonly x: number
  readonly y: number
  readonly half: number
}

/** The smallest square around 0 that holds a cloud. */
const reachOf = (frame: Frame): number => frame.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

function boxOf(frame: Frame): View {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ] as [number[], number[]]
  frame.forEach((value, index) => {
    low[index % 2] = Math.min(low[index % 2]!, value)
    high[index % 2] = Math.max(high[index % 2]!, value)
  })
  const [width, height] = [high[0]! - low[0]!, high[1]! - low[1]!]
  return { x: low[0]! + width / 2, y: low[1]! + height / 2, half: Math.max(width, height) / 2 }
}

export const axesModes = ['step', 'whole', 'own'] as const
/**
 * Which square every panel shows: the same one for all panels, as large as the largest cloud of the step or of all steps; or
 * one of its own.
 */
export type AxesMode = (typeof axesModes)[number]

/** A cloud that has become smaller than this share of the first is shown as the point that it is. */
const smallest = 1e-6

/** What each variant shows at each step: [variant][step]. A variant that ended early shows its last cloud from then on. */
export function viewsOf(variants: readonly (readonly Frame[])[], mode: AxesMode): View[][] {
  const count = Math.max(0, ...variants.map((frames) => frames.length))
  const last = (frames: readonly Frame[], step: number) => frames[Math.min(step, frames.length - 1)]!
  const steps = Array.from({ length: count }, (_, step) => step)
  const drawn = variants.filter((frames) => frames.length > 0)
  const least = smallest * Math.max(0, ...drawn.map(([first]) => reachOf(first!))) || 1
  if (mode === 'own')
    return variants.map((frames) =>
      frames.length === 0
        ? []
        : steps.map((step) => {
            const box = boxOf(last(frames, step))
            return { ...box, half: Math.max(box.half, least) }
          }),
    )
  const reaches = steps.map((step) => Math.max(least, ...drawn.map((frames) => reachOf(last(frames, step)))))
  const whole = Math.max(...reaches)
  const views = reaches.map((reach): View => ({ x: 0, y: 0, half: mode === 'whole' ? whole : reach }))
  return variants.map(() => views)
}

/** Between two steps the side changes by equal factors. */
export function viewAt(views: readonly View[], at: number): View {
  const [before, share] = placeIn(views.length, at)
  const from = views[before]!
  if (share === 0) return from
  const to = views[before + 1]!
  return {
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
    half: from.half * (to.half / from.half) ** share,
  }
}

/** The token nearest to a place, in the units of the cloud; null where none is within `reach`. */
export function nearestToken(frame: Frame, [x, y]: readonly [number, number], reach: number): number | null {
  let nearest: number | null = null
  let least = reach * reach
  for (let token = 0; 2 * token < frame.length; token++) {
    const distance = (frame[2 * token]! - x) ** 2 + (frame[2 * token + 1]! - y) ** 2
    if (distance > least) continue
    least = distance
    nearest = token
  }
  return nearest
}
