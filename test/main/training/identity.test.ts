import { describe, expect, it } from 'vitest'
import { configurationHash } from '../../../src/main/training/identity.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { tinyConfiguration } from '../../support/dataset.ts'

const run = {
  configuration: tinyConfiguration,
  attention: 'standard',
  axes: standardAxes,
  seed: 0,
  dataset: 'ab'.repeat(32),
}

const changedValue = (value: number | string | boolean) =>
  typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}?` : value + 1

describe('configurationHash', () => {
  it('depends on the values, not on their order', () => {
    const reversed = Object.fromEntries(
      Object.entries(run.configuration).reverse(),
    ) as typeof run.configuration
    expect(configurationHash({ ...run, configuration: reversed })).toBe(configurationHash(run))
    expect(configurationHash(run)).toMatch(/^[0-9a-f]{64}$/)
  })

  const watching = ['statistics', 'probeTokens', 'probeSequences', 'probeMegabytes']
  const withChanged = (key: string, value: number | string | boolean) => ({
    ...run,
    configuration: { ...run.configuration, [key]: changedValue(value) },
  })

  it('differs with any of them', () => {
    const deciding = Object.entries(run.configuration).filter(([key]) => !watching.includes(key))
    const changed = [
      ...deciding.map(([key, value]) => withChanged(key, value)),
      { ...run, attention: 'laplacian' },
      { ...run, axes: { ...standardAxes, gamma: 1 } },
      { ...run, seed: 1 },
      { ...run, dataset: 'cd'.repeat(32) },
    ]
    expect(new Set([run, ...changed].map(configurationHash)).size).toBe(changed.length + 1)
  })
  it('is the same whatever is measured of the run, also where nothing says what', () => {
    for (const key of watching) {
      const value = run.configuration[key as keyof typeof run.configuration]
      expect(configurationHash(withChanged(key, value))).toBe(configurationHash(run))
    }
    const before = Object.fromEntries(
      Object.entries(run.configuration).filter(([key]) => !watching.includes(key)),
    ) as typeof run.configuration
    expect(configurationHash({ ...run, configuration: before })).toBe(configurationHash(run))
  })
})
