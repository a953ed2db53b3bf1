/** Twenty optimiser steps of a whole model against PyTorch in float64, on every device. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../../src/main/engine/program.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { devices } from '../../support/devices.ts'
import { golden, summary, trainGolden } from '../../support/goldenTraining.ts'

it('has a row for every attention variant', () => {
  const rows = Object.keys(golden).map((name) => name.replace(' on images', ''))
  expect(new Set(rows)).toEqual(new Set(variants.map(({ id }) => id)))
})

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
      const [norm, projection] = summary(numbers)
      const [goalNorm, goalProjection] = expected.weights[name]!
      expect(Math.abs(norm / goalNorm - 1), name).toBeLessThan(1e-4)
      expect(Math.abs(projection - goalProjection) / goalNorm, name).toBeLessThan(1e-4)
    }
  })
})
