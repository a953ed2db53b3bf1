import { describe, expect, it } from 'vitest'
import { laneOf, nextRun, threadsPerRun, type Queueing } from '../../../src/main/training/queue.ts'

const run = (id: string, device: string | null = null, experiment = 'e'): Queueing => ({
  id,
  experiment,
  device,
})
const next = (
  queued: Queueing[],
  active: Queueing[],
  { most = 2, decided = {} as Record<string, string> } = {},
) => nextRun(queued, active, most, (experiment) => decided[experiment])?.id

describe('nextRun', () => {
  it('starts the first that waits while the cores are not all shared out', () => {
    const waiting = [run('a', 'cpu'), run('b', 'cpu')]
    expect(next(waiting, [])).toBe('a')
    expect(next(waiting, [run('x', 'cpu')])).toBe('a')
    expect(next(waiting, [run('x', 'cpu'), run('y', 'cpu')])).toBeUndefined()
    expect(next([], [])).toBeUndefined()
  })

  it('trains one on a graphics processor beside those that share the cores, past any that wait before it', () => {
    const full = [run('x', 'cpu'), run('y', 'cpu')]
    const waiting = [run('a', 'cpu'), run('b', 'webgpu'), run('c', 'cuda')]
    expect(next(waiting, full)).toBe('b')
    expect(next(waiting.slice(2), [...full, run('b', 'webgpu')])).toBeUndefined()
    expect(next(waiting, [run('b', 'webgpu')])).toBe('a')
  })

  it('lets one run of an experiment find out where it trains, before the others follow', () => {
    const waiting = [run('a'), run('b'), run('z', null, 'another')]
    expect(next(waiting, [])).toBe('a')
    expect(next(waiting.slice(1), [run('a')])).toBe('z')
    expect(next(waiting.slice(1), [run('a', 'cpu')], { decided: { e: 'cpu' } })).toBe('b')
    // it found the graphics processor: the next one waits for that
    expect(next([run('b')], [run('a', 'webgpu')], { decided: { e: 'webgpu' } })).toBeUndefined()
    expect(next([run('b')], [], { decided: { e: 'webgpu' } })).toBe('b')
  })

  it('knows which devices are not the cores', () => {
    expect(['cpu', 'reference', 'webgpu', 'cuda'].map(laneOf)).toEqual([
      'cores',
      'cores',
      'graphics',
      'graphics',
    ])
  })
})

describe('threadsPerRun', () => {
  it('divides the cores between the runs that train at once', () => {
    expect(threadsPerRun(2, 1)).toBe(2)
    expect(threadsPerRun(2, 3)).toBe(1)
    expect(threadsPerRun(16, 3)).toBe(5)
    expect(threadsPerRun(16, 100)).toBe(1)
  })
  it('gives more to each where the person lets fewer train at once', () => {
    expect(threadsPerRun(16, 100, 2)).toBe(8)
    expect(threadsPerRun(4, 1, 2)).toBe(4)
  })
})
