import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEvents } from '../../../src/main/workbench/events.ts'
import type { Run } from '../../../src/shared/experiment.ts'
import { aRun } from '../store/records.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The steps and states that a listener hears. */
function listen() {
  const events = createEvents()
  const heard: [Run['state'], number][] = []
  events.subscribe('runChanged', (run) => heard.push([run.state, run.step]))
  return { events, heard }
}

describe('announceRun', () => {
  it('tells progress at most four times a second, and never loses the latest', () => {
    const { events, heard } = listen()
    for (let step = 0; step < 100; step++) {
      events.announceRun(aRun({ state: 'running', step }))
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(1000)
    expect(heard.length).toBeGreaterThanOrEqual(4)
    expect(heard.length).toBeLessThanOrEqual(5)
    expect(heard.at(-1)).toEqual(['running', 99])
  })

  it('tells a change of state at once, and nothing older after it', () => {
    const { events, heard } = listen()
    events.announceRun(aRun({ state: 'running', step: 1 }))
    events.announceRun(aRun({ state: 'running', step: 2 }))
    events.announceRun(aRun({ state: 'finished', step: 3 }))
    expect(heard).toEqual([
      ['running', 1],
      ['finished', 3],
    ])
    vi.advanceTimersByTime(1000)
    expect(heard).toHaveLength(2)
  })

  it('counts each run by itself', () => {
    const { events, heard } = listen()
    events.announceRun(aRun({ id: 'a', state: 'running', step: 1 }))
    events.announceRun(aRun({ id: 'b', state: 'running', step: 1 }))
    expect(heard).toHaveLength(2)
  })

  it('tells what waits when it closes, and nothing afterwards', () => {
    const { events, heard } = listen()
    events.announceRun(aRun({ state: 'running', step: 1 }))
    events.announceRun(aRun({ state: 'running', step: 2 }))
    events.close()
    expect(heard.at(-1)).toEqual(['running', 2])
    events.announceRun(aRun({ state: 'finished', step: 3 }))
    vi.advanceTimersByTime(1000)
    expect(heard).toHaveLength(2)
  })
})

describe('subscribe', () => {
  it('tells every subscription until it is taken back, even of one function', () => {
    const events = createEvents()
    const listener = vi.fn()
    const first = events.subscribe('datasetsChanged', listener)
    events.subscribe('datasetsChanged', listener)
    events.emit('datasetsChanged', {})
    first()
    events.emit('datasetsChanged', {})
    expect(listener).toHaveBeenCalledTimes(3)
  })

  it('survives a listener that throws', () => {
    const events = createEvents()
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const listener = vi.fn()
    events.subscribe('datasetsChanged', () => {
      throw new Error('broken window')
    })
    events.subscribe('datasetsChanged', listener)
    events.emit('datasetsChanged', {})
    expect(listener).toHaveBeenCalledOnce()
    expect(complaint).toHaveBeenCalledOnce()
    complaint.mockRestore()
  })
})
