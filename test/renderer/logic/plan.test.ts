import { describe, expect, it } from 'vitest'
import {
  attentionBytes,
  describeAttentionShortage,
  describeBasis,
  describeParameters,
  describeShortage,
  formatStep,
  listDuplicates,
} from '../../../src/renderer/logic/plan.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import type { ImageDataset, TextDataset } from '../../../src/shared/experiment.ts'
import type { VariantEstimate } from '../../../src/shared/queue.ts'

const estimate = (source: 'run' | 'trial', device = 'cpu', threads = 2): VariantEstimate => ({
  ...{ attention: 'a', device, threads, stepMs: 1, evaluationMs: 1, seconds: 1, peakBytes: 1, source },
})

describe('what an estimate rests on', () => {
  it('is said once where it is the same for all', () =>
    expect(describeBasis([estimate('run'), estimate('run')])).toBe(
      'From earlier runs on cpu with 2 threads.',
    ))
  it('and of each else', () =>
    expect(describeBasis([estimate('run'), estimate('trial', 'webgpu'), estimate('run')])).toBe(
      'From earlier runs on cpu with 2 threads (2 variants), a few steps that were tried on webgpu (1 variant).',
    ))
  it('is nothing where nothing is known', () => expect(describeBasis([])).toBe(''))
})

describe('parameters in words', () => {
  const parameters = [
    { attention: 'standard', count: 5000 },
    { attention: 'laplacian', count: 5000 },
    { attention: 'family', count: 6024 },
    { attention: 'uniform', count: 3000 },
  ]
  const of = (id: string, learns = 'none') => describeParameters(id, parameters, 'Standard', learns)
  it('are those of the first variant, or differ by what is learned', () => {
    expect(of('standard')).toBe('')
    expect(of('laplacian')).toBe('as many as Standard')
    expect(of('family', 'Σ per head')).toBe('1,024 more than Standard: Σ per head')
    expect(of('uniform')).toBe('2,000 fewer than Standard')
    expect(of('unknown')).toBe('')
  })
})

describe('memory', () => {
  const { configuration } = recipes.find(({ id }) => id === 'quick')!
  it('of the attention matrices is layers · B · H · T² · 4', () => {
    const text = { kind: 'text' } as TextDataset
    const sizes = { layers: 2, heads: 4, batchSize: 3, context: 5, patchSize: 4 }
    expect(attentionBytes({ ...configuration, ...sizes }, text)).toBe(2 * 4 * 3 * 25 * 4)
    const images = { kind: 'images', height: 8, width: 12 } as ImageDataset
    expect(attentionBytes({ ...configuration, ...sizes }, images)).toBe(2 * 4 * 3 * 36 * 4)
  })
  it('is warned of where there is too little', () => {
    expect(describeAttentionShortage(1e9, 2e9)).toBeNull()
    expect(describeAttentionShortage(3e9, 2e9)).toMatch(/3\.0 GB, and this machine has 2\.0 GB/)
    const known = { variants: [], missing: [], devices: [], seconds: 1, memoryBytes: 2e9 }
    expect(describeShortage({ ...known, peakBytes: 1e9 })).toBeNull()
    expect(describeShortage({ ...known, peakBytes: 3e9 })).toMatch(/3\.0 GB of memory would be held/)
  })
})

it('lists earlier runs by variant', () => {
  const of = (attention: string, seed: number) =>
    ({ attention, seed, run: 'r', experiment: 'e', state: 'finished' }) as const
  expect(listDuplicates([of('a', 0), of('b', 0), of('a', 1)], (id) => id.toUpperCase())).toBe(
    'A (seeds 0, 1), B (seed 0)',
  )
})

it('writes the time of a step in two or three digits', () =>
  expect([0.123, 31.4, 102.4, 1234].map(formatStep)).toEqual(['0.12 ms', '31 ms', '102 ms', '1.2 s']))
