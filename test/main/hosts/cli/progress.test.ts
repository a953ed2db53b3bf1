import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgress, tellWaits } from '../../../../src/main/hosts/cli/progress.ts'
import { aRun } from '../../store/records.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What a person sees: a terminal that knows the three movements that progress makes, or a plain file. */
function screen(terminal: { columns: number; rows: number } | null) {
  const lines: string[] = ['']
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // eslint-disable-next-line no-control-regex
      for (const part of chunk.toString().match(/\u001b\[\d+[AJ]|\r|\n|[^\u001b\r\n]+/g) ?? []) {
        // eslint-disable-next-line no-control-regex
        const up = /^\u001b\[(\d+)A$/.exec(part)
        if (up) row -= Number(up[1])
        else if (part === '\u001b[0J') lines.splice(row, lines.length, '')
        else if (part === '\n') lines[++row] ??= ''
        else if (part !== '\r') lines[row] += part
      }
      done()
    },
  })
  let row = 0
  const progress = createProgress(Object.assign(stream, { isTTY: terminal !== null, ...terminal }) as never)
  return { progress, shown: () => lines.filter((line) => line !== '') }
}

const running = aRun({
  id: 'a',
  state: 'running',
  step: 300,
  trainLoss: 2.5,
  lastValidation: { step: 300, loss: 2.4 },
  tokensPerSecond: 9812.4,
  seconds: 60,
  etaSeconds: 60,
})
const queued = aRun({ id: 'b', seed: 1, state: 'queued' })
const finished = aRun({
  ...running,
  state: 'finished',
  step: 600,
  bestValidation: { step: 550, loss: 1.9 },
  seconds: 120,
})

describe('on a terminal', () => {
  it('redraws one line per active run in place, with rate and ETA', () => {
    const { progress, shown } = screen({ columns: 200, rows: 40 })
    progress.update([{ ...running, step: 0 }, queued])
    vi.advanceTimersByTime(1000)
    progress.update([running, queued])
    expect(shown()).toEqual([
      'standard seed 0  ██████████░░░░░░░░░░  300/600  loss 2.5000  validation 2.4000  9,812 tokens/s  ETA 1:00',
      '1 run queued  ETA of all 3:00',
    ])
  })

  it('leaves one lasting line for each run that ended', () => {
    const { progress, shown } = screen({ columns: 200, rows: 40 })
    progress.update([running, queued])
    progress.update([finished, { ...queued, state: 'preparing' }])
    vi.advanceTimersByTime(1000)
    progress.update([finished, { ...queued, state: 'preparing' }])
    expect(shown()).toEqual([
      'standard seed 0: finished, best validation loss 1.9000 at step 550, 2:00',
      'standard seed 1  preparing',
    ])
    progress.close()
    expect(shown()).toEqual(['standard seed 0: finished, best validation loss 1.9000 at step 550, 2:00'])
  })

  it('shows accuracy and images per second where there are some', () => {
    const { progress, shown } = screen({ columns: 200, rows: 40 })
    const image = { ...running, tokensPerSecond: null, imagesPerSecond: 812.4 }
    progress.update([{ ...image, lastValidation: { step: 300, loss: 0.4, accuracy: 0.913 } }])
    expect(shown()[0]).toMatch(/validation 0\.4000 {2}91\.30 % {2}812 images\/s {2}ETA 1:00$/)
    const bestValidation = { step: 550, loss: 0.2, accuracy: 0.96 }
    progress.update([{ ...image, state: 'finished', bestValidation }])
    expect(shown()[0]).toMatch(/best validation loss 0\.2000 and accuracy 96\.00 % at step 550/)
  })

  it('tells a line that stays above the live ones', () => {
    const { progress, shown } = screen({ columns: 200, rows: 40 })
    progress.update([queued])
    progress.tell('1,407 steps are 20.0 epochs')
    progress.update([finished])
    progress.close()
    expect(shown()).toHaveLength(2)
    expect(shown()[0]).toBe('1,407 steps are 20.0 epochs')
  })

  it('never draws a line that wraps, nor more lines than there are rows', () => {
    const { progress, shown } = screen({ columns: 40, rows: 6 })
    progress.update(Array.from({ length: 20 }, (_, seed) => ({ ...running, id: String(seed), seed })))
    expect(shown()).toHaveLength(4)
    for (const line of shown()) expect(line.length).toBeLessThan(40)
  })
})

describe('elsewhere', () => {
  it('writes a line when a run starts and ends, and one every ten seconds', () => {
    const { progress, shown } = screen(null)
    progress.update([{ ...running, step: 0, parameters: 106_880, device: 'cpu' }])
    for (let second = 0; second < 25; second++) {
      progress.update([running])
      vi.advanceTimersByTime(1000)
    }
    progress.update([finished])
    progress.close()
    const lines = shown()
    expect(lines[0]).toBe('standard seed 0: training 600 steps on cpu, 106,880 parameters')
    expect(lines.slice(1, -1)).toHaveLength(2)
    expect(lines[1]).toMatch(/300\/600 .* ETA 1:00$/)
    expect(lines.at(-1)).toMatch(/^standard seed 0: finished/)
  })

  it('says why a run failed, on one line', () => {
    const { progress, shown } = screen(null)
    progress.update([
      {
        ...running,
        state: 'failed',
        error: { code: 'trainer-failed', message: 'Out\nof \u001b[31mmemory.', hint: '' },
      },
    ])
    expect(shown()).toEqual(['standard seed 0: failed at step 300, 1:00: Out of memory.'])
  })
})

describe('runs that wait for room on the disk', () => {
  const waiting = aRun({
    ...running,
    etaSeconds: null,
    error: { code: 'disk-full', message: 'The disk has no room for the database.', hint: 'Make room on it.' },
  })

  it('are told of once, and once when they go on, wherever progress is shown or not', () => {
    const said: string[] = []
    const hear = tellWaits((text) => said.push(text))
    hear([running, queued])
    for (const at of [300, 301]) hear([aRun({ ...waiting, step: at }), queued])
    expect(said).toEqual(['Training waits: The disk has no room for the database. Make room on it.'])
    for (const at of [301, 302]) hear([aRun({ ...running, step: at }), queued])
    hear([finished])
    expect(said.slice(1)).toEqual(['Training no longer waits: the disk has room again.'])
  })

  it('say so in their live line', () => {
    const { progress, shown } = screen({ columns: 200, rows: 24 })
    progress.update([waiting])
    expect(shown().join()).toContain('waits for room on the disk')
  })
})
