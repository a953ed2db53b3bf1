import { describe, expect, it } from 'vitest'
import { learningRateAt, scheduleAt } from '../../../src/main/engine/optimizer.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'

const { configuration } = recipes.find(({ id }) => id === 'nanogpt-cpu')!

describe('the learning rate', () => {
  it('warms up linearly to the peak, as nanoGPT does', () => {
    expect(learningRateAt(0, configuration)).toBeCloseTo(1e-3 / 101, 12)
    expect(learningRateAt(99, configuration)).toBeCloseTo(1e-3 * (100 / 101), 12)
    expect(learningRateAt(100, configuration)).toBeCloseTo(1e-3, 12)
  })
  it('then follows half a cosine down to the minimum and stays there', () => {
    expect(learningRateAt(1050, configuration)).toBeCloseTo((1e-3 + 1e-4) / 2, 12)
    expect(learningRateAt(2000, configuration)).toBe(1e-4)
    expect(learningRateAt(5000, configuration)).toBe(1e-4)
  })
})

describe('the schedule of a step', () => {
  it("turns Adam's bias corrections into two scalars", () => {
    const step = 7
    const [m, v] = [0.3, 0.04]
    const { beta1, beta2, epsilon, weightDecay } = configuration
    const rate = learningRateAt(step, configuration)
    const direct =
      (rate * (m / (1 - beta1 ** (step + 1)))) / (Math.sqrt(v / (1 - beta2 ** (step + 1))) + epsilon)
    const schedule = scheduleAt(step, configuration)
    const folded =
      (schedule['schedule/step-size']![0]! * m) / (Math.sqrt(v) + schedule['schedule/epsilon']![0]!)
    expect(folded / direct).toBeCloseTo(1, 6)
    expect(schedule['schedule/keep']![0]).toBeCloseTo(1 - rate * weightDecay, 7)
  })
})
