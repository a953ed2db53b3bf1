import { describe, expect, it } from 'vitest'
import { linesOf } from '../../../src/main/training/logLines.ts'
import type { Report } from '../../../src/main/training/messages.ts'

const report = (parts: Partial<Report>): Report => ({
  ...{ points: [], alerts: [], confusions: [], samples: [], measurements: [], probes: [], progress: {} },
  ...parts,
})

describe('what a report adds to the log', () => {
  it('is nothing where a run only goes on', () => {
    expect(linesOf(report({ progress: { step: 5, trainLoss: 1 } }), { step: 4 })).toEqual([])
    expect(linesOf(report({ rewindTo: 0 }), { step: 0 })).toEqual([])
  })

  it('is where and what it trains', () => {
    const progress = {
      ...{ device: 'cpu', deviceDescription: 'a processor', threads: 2, parameters: 804_096 },
      operations: { forward: 1e8, backward: 2e8, optimizer: 1e6 },
    }
    const message = 'Trains on cpu (2 threads, a processor): 804,096 parameters, 0.301 GFLOP a step.'
    expect(linesOf(report({ progress }), { step: 0 })).toEqual([{ step: 0, kind: 'note', message }])
    expect(linesOf(report({ progress: { device: 'cpu' } }), { step: 0 })[0]!.message).toBe('Trains on cpu.')
  })

  it('is from where it goes on, and what it warns of', () => {
    expect(linesOf(report({ rewindTo: 20 }), { step: 27 })).toMatchObject([
      { step: 20, kind: 'note', message: expect.stringContaining('checkpoint of step 20') },
    ])
    expect(linesOf(report({ rewindTo: 0 }), { step: 27 })).toMatchObject([{ step: 0, kind: 'note' }])
    const alerts = [{ step: 9, code: 'loss-spike' as const, message: 'The loss rose.' }]
    expect(linesOf(report({ alerts }), { step: 9 })).toEqual([
      { step: 9, kind: 'warning', message: 'The loss rose.' },
    ])
  })
})
