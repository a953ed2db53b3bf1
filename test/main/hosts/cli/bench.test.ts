/** bench: a few steps of small models, in this process; what they take is of no matter here. */
import fs from 'node:fs'
import os from 'node:os'
import { expect, it } from 'vitest'
import { benchText } from '../../../../src/main/hosts/cli/bench.ts'
import { tiny } from './cli.ts'
import { runHere, runJsonHere } from './here.ts'

const leftovers = () =>
  fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('attention-workbench-measuring-'))

it('measures the variants on the devices that are named, and leaves nothing behind', async () => {
  const before = leftovers()
  const { machine, rows } = await runJsonHere(
    null,
    ...['bench', '--recipe', 'quick', '--attention', 'standard,laplacian', '--device', 'cpu,directml'],
    ...tiny,
  )
  expect(machine.cores).toBe(os.availableParallelism())
  expect(rows).toHaveLength(4)
  const [standard, laplacian, ...refused] = rows
  for (const [row, attention] of [
    [standard, 'standard'],
    [laplacian, 'laplacian'],
  ] as const) {
    // prettier-ignore
    expect(row).toMatchObject({ recipe: 'quick', attention, device: 'cpu', dataset: 'tinyshakespeare' })
    expect(row.tokensPerSecond).toBeCloseTo((1000 * 4 * 16) / row.stepMs, 6)
    expect(row.parameters).toBeGreaterThan(1000)
    expect(row.peakBytes).toBeGreaterThan(1e6)
    expect(row.imagesPerSecond).toBeUndefined()
  }
  // where there is no such device the others are measured all the same
  if (os.platform() !== 'win32')
    for (const row of refused)
      expect(row).toMatchObject({ device: 'directml', error: { code: 'device-unavailable' } })
  expect(leftovers()).toEqual(before)
})

it('prints a row each, with dashes where nothing was measured', () => {
  const subject = { recipe: 'vit-mnist', attention: 'standard' }
  const measured = { dataset: 'mnist-sample', threads: 2, parameters: 210_122, stepMs: 250 }
  const text = benchText([
    { ...subject, device: 'cpu', ...measured, imagesPerSecond: 512, evaluationMs: 9, peakBytes: 6.5e8 },
    { ...subject, device: 'webgpu', error: { code: 'estimate-failed', message: '', hint: '' } },
  ])
  const [, first, second] = text.split('\n')
  expect(first).toMatch(/^vit-mnist +standard +cpu +2 +210,122 +250\.0 +– +512 +650\.0 MB$/)
  expect(second).toMatch(/^vit-mnist +standard +webgpu( +–){6}$/)
})

it('refuses a recipe that is not there before anything is measured', async () => {
  await expect(runHere(null, 'bench', '--recipe', 'quik')).rejects.toMatchObject({ code: 'unknown-recipe' })
})
