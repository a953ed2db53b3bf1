import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageLimitBytes } from '../../../../src/main/hosts/web/socket.ts'
import type { Host } from './support.ts'
import { closeCode, nextMessage, openSocket, startHost } from './support.ts'

let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterAll(() => host.close())

async function call(message: unknown): Promise<unknown> {
  const socket = await openSocket(host)
  const answer = nextMessage(socket)
  socket.send(JSON.stringify(message))
  const received = await answer
  socket.close()
  return received
}

it('answers a call with its number', async () => {
  expect(await call({ id: 7, call: 'echo', input: { a: 1 } })).toEqual({ id: 7, output: { a: 1 } })
})

it('answers a refusal with its code and hint, and a fault as internal', async () => {
  expect(await call({ id: 1, call: 'fly', input: {} })).toEqual({
    id: 1,
    error: { code: 'invalid-request', message: 'There is no call "fly".', hint: 'Ask for echo.' },
  })
  expect(await call({ id: 2, call: 'break', input: {} })).toMatchObject({
    id: 2,
    error: { code: 'internal', message: 'something broke' },
  })
})

it('tells every window every event, until it closes', async () => {
  const first = await openSocket(host)
  const second = await openSocket(host)
  const heard = Promise.all([nextMessage(first), nextMessage(second)])
  host.emit('datasetsChanged', { a: 1 })
  const message = { event: 'datasetsChanged', payload: { a: 1 } }
  expect(await heard).toEqual([message, message])
  const closed = Promise.all([closeCode(first), closeCode(second)])
  first.close()
  second.terminate()
  await closed
  await expect.poll(host.listening).toBe(0)
})

it('gives up what a window waits for when that window closes, and only that', async () => {
  const [first, second] = [await openSocket(host), await openSocket(host)]
  for (const socket of [first, second]) socket.send(JSON.stringify({ id: 1, call: 'wait', input: {} }))
  await expect.poll(host.waiting).toBe(2)
  first.terminate()
  await expect.poll(host.waiting).toBe(1)
  second.close()
  await expect.poll(host.waiting).toBe(0)
})

describe('a message that is no call closes the socket, and only that one', () => {
  it.each([
    ['text', 'hello'],
    ['half an object', '{"id":1,'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no number', '{"call":"echo"}'],
    ['a negative number', '{"id":-1,"call":"echo"}'],
    ['a name that is no text', '{"id":1,"call":{}}'],
    ['an endless name', JSON.stringify({ id: 1, call: 'a'.repeat(101) })],
    ['bytes', Buffer.from('{"id":1,"call":"echo"}')],
  ])('%s', async (_name, message) => {
    const socket = await openSocket(host)
    const closed = closeCode(socket)
    socket.send(message)
    expect(await closed).toBe(1008)
    expect(await call({ id: 3, call: 'echo', input: 1 })).toEqual({ id: 3, output: 1 })
  })

  it('an oversized one', async () => {
    const socket = await openSocket(host)
    socket.on('error', () => {})
    const closed = closeCode(socket)
    socket.send(JSON.stringify({ id: 1, call: 'echo', input: 'a'.repeat(messageLimitBytes) }))
    expect(await closed).toBe(1009)
    expect(await call({ id: 3, call: 'echo', input: 1 })).toEqual({ id: 3, output: 1 })
  })

  it('anything at all is either answered or closes the socket', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        const socket = await openSocket(host)
        const outcome = await Promise.race([
          nextMessage(socket).then(() => 'answered'),
          closeCode(socket).then(() => 'closed'),
          (socket.send(text), new Promise(() => {})),
        ])
        socket.terminate()
        expect(outcome).toMatch(/answered|closed/)
      }),
      { numRuns: 50 },
    )
  })
})

it('closes its windows when it closes', async () => {
  const other = await startHost()
  const socket = await openSocket(other)
  const closed = closeCode(socket)
  await other.close()
  expect([1001, 1006]).toContain(await closed)
  expect(other.listening()).toBe(0)
})
