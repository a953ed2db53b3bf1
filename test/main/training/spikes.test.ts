import { describe, expect, it } from 'vitest'
import { normals } from '../../../src/main/engine/random.ts'
import { createSpikeDetector, spikeThreshold, spikeWindow } from '../../../src/main/training/spikes.ts'

const fresh = { losses: [], quietUntil: 0 }
const noise = (count: number, seed = 0) => [...normals(seed, 'initialisation', 0, count, 0.1)]

/** The steps at which losses, the first of them at step 1, raise an alert. */
function alertsOf(losses: readonly number[], detector = createSpikeDetector(fresh), first = 1): number[] {
  return losses.flatMap((loss, index) => (detector.observe(first + index, loss) ? [first + index] : []))
}

describe('a spike', () => {
  it('is more than the threshold of standard deviations above the mean of the window', () => {
    const before = Array.from({ length: spikeWindow }, (_, index) => (index % 2 === 0 ? 1.9 : 2.1))
    const deviation = Math.sqrt((spikeWindow * 0.01) / (spikeWindow - 1))
    for (const [score, expected] of [
      [spikeThreshold - 0.01, []],
      [spikeThreshold + 0.01, [spikeWindow + 1]],
      [-spikeThreshold - 1, []], // a sudden fall is good news
    ] as const)
      expect(alertsOf([...before, 2 + score * deviation])).toEqual(expected)
  })

  it('is told with its step, its height and what was usual', () => {
    const detector = createSpikeDetector(fresh)
    alertsOf(
      noise(200).map((value) => 2 + value),
      detector,
    )
    expect(detector.observe(201, 9)).toMatch(
      /^The training loss jumped to 9\.0000 at step 201: \d+\.\d standard deviations above the mean (1\.9|2\.0)\d+ of the 128 steps before\.$/,
    )
  })

  it('cannot be told before there is a whole window', () => {
    const before = noise(spikeWindow - 1).map((value) => 2 + value)
    expect(alertsOf([...before, 100])).toEqual([])
    expect(alertsOf([2, ...before, 100])).toEqual([spikeWindow + 1])
  })

  it('is told once per window', () => {
    const losses = noise(1000).map((value, index) =>
      index % 10 === 9 && index >= 300 ? 1e6 ** (index / 300) : 2 + value,
    )
    const alerts = alertsOf(losses)
    expect(alerts.length).toBeGreaterThan(1)
    alerts.slice(1).forEach((step, index) => expect(step - alerts[index]!).toBeGreaterThan(spikeWindow))
  })

  it('is not raised by noise, by a falling loss or by a constant one', () => {
    expect(alertsOf(noise(20_000).map((value) => 2 + value))).toEqual([])
    expect(alertsOf(noise(5000, 1).map((value, step) => 2 + 2 * Math.exp(-step / 500) + value))).toEqual([])
    expect(alertsOf(Array<number>(500).fill(2))).toEqual([])
  })

  it('is told at the same step after a resume', () => {
    const losses = noise(400).map((value, index) => (index === 250 || index === 390 ? 30 : 2 + value))
    const whole = alertsOf(losses)
    expect(whole).toEqual([251, 391])
    for (const cut of [10, 130, 249, 260, 300]) {
      const first = createSpikeDetector(fresh)
      const before = alertsOf(losses.slice(0, cut), first)
      const state = JSON.parse(JSON.stringify(first.state)) as typeof first.state
      expect([...before, ...alertsOf(losses.slice(cut), createSpikeDetector(state), cut + 1)]).toEqual(whole)
    }
  })
})
