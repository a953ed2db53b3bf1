/** Twenty optimiser steps of a whole model against PyTorch in float64, on every device. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../../src/main/engine/program.ts'
import { devices } from '../../support/devices.ts'
import { golden, summary, trainGolden } from '../../support/goldenTraining.ts'

describe.each(devices)('training on %s equals PyTorch', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(Object.keys(golden))('%s: losses, gradient norms and weights of 20 steps', async (attention) => {
    const expected = golden[attention]!
    const trained = await trainGolden(device, attention)
    trained.losses.forEach((loss, step) =>
      expect(Math.abs(loss / expected.losses[step]! - 1), `loss ${step}`).toBeLessThan(1e-4),
    )
    trained.gradientNorms.forEach((norm, step) =>
      expect(Math.abs(norm / expected.gradientNorms[step]! - 1), `gradient norm ${step}`).toBeLessThan(1e-3),
    )
    expect(Object.keys(trained.weights).sort()).toEqual(Object.keys(expected.weights).sort())
    for (const [name, numbers] of Object.entries(trained.weights)) {
      const { norm, projection } = summary(numbers)
      const goal = expected.weights[name]!
      expect(Math.abs(norm / goal.norm - 1), name).toBeLessThan(1e-4)
      expect(Math.abs(projection - goal.projection) / goal.norm, name).toBeLessThan(1e-4)
    }
  })
})
