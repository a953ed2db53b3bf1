import { describe, expect, it } from 'vitest'
import { createPace } from '../../../src/renderer/logic/progress.ts'

describe('createPace', () => {
  it('knows no rate before something was done', () => {
    const pace = createPace()
    expect(pace.read(100)).toEqual({ rate: null, left: null })
    pace.mark(0, 1000)
    expect(pace.read(100)).toEqual({ rate: null, left: null })
  })

  it('reads the rate of the last seconds, and the time that is left', () => {
    const pace = createPace()
    pace.mark(0, 0)
    pace.mark(1000, 1000)
    expect(pace.read(3000)).toEqual({ rate: 1000, left: 2 })
    expect(pace.read(0)).toEqual({ rate: 1000, left: null })
    for (let second = 2; second <= 10; second++) pace.mark(1000 + 10 * (second - 1), 1000 * second)
    expect(pace.read(2000).rate).toBe(10) // what was faster is long ago
  })

  it('begins anew where another piece of work begins', () => {
    const pace = createPace()
    pace.mark(5000, 0)
    pace.mark(10, 1000)
    pace.mark(110, 2000)
    expect(pace.read(310)).toEqual({ rate: 100, left: 2 })
  })
})
