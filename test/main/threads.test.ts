import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createThread, type Thread } from '../../src/main/threads.ts'
import type { Question } from '../support/answeringThread.ts'

const file = fileURLToPath(new URL('../support/answeringThread.ts', import.meta.url))
let thread: Thread<Question, Float64Array>
beforeEach(() => {
  thread = createThread(file)
})
afterEach(() => thread.close())

const double = (number: number, afterMs = 0): Question => ({
  kind: 'double',
  numbers: Float64Array.of(number),
  afterMs,
})

describe('a thread that answers questions', () => {
  it('gives every question its own answer, whatever the order in which they come', async () => {
    const answers = await Promise.all([thread.ask(double(1, 50)), thread.ask(double(2))])
    expect(answers.map(([number]) => number)).toEqual([2, 4])
  })

  it('is given buffers for good', async () => {
    const question = double(3) as Extract<Question, { kind: 'double' }>
    const answer = thread.ask(question, [question.numbers.buffer])
    expect(question.numbers.length).toBe(0)
    expect((await answer)[0]).toBe(6)
  })

  it('throws here what was thrown there', async () => {
    await expect(thread.ask({ kind: 'refuse' })).rejects.toMatchObject({
      code: 'file-empty',
      message: 'What.',
      hint: 'Next step.',
    })
    expect((await thread.ask(double(1)))[0]).toBe(2)
  })

  it('that ends rejects what it was asked, and another takes its place', async () => {
    await expect(thread.ask({ kind: 'end' })).rejects.toThrow('has ended')
    expect((await thread.ask(double(1)))[0]).toBe(2)
  })

  it('answers before it is closed', async () => {
    const answer = thread.ask(double(5, 50))
    await thread.close()
    expect((await answer)[0]).toBe(10)
  })

  it('rejects what it was asked where it is ended at once', async () => {
    const answer = expect(thread.ask(double(5, 60_000))).rejects.toThrow('has ended')
    await thread.end()
    await answer
  })
})
