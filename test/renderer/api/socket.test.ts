import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WebSocket as ServerSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { ConnectionState } from '../../../src/renderer/api/index.ts'
import { connectSocket } from '../../../src/renderer/api/socket.ts'
import type { SocketCall } from '../../../src/shared/wire.ts'

/** A server that answers nothing by itself. */
function serve(port = 0) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    handleProtocols: (offered) => [...offered][0]!,
  })
  const calls: { socket: ServerSocket; call: SocketCall }[] = []
  const tokens: (string | undefined)[] = []
  server.on('connection', (socket, request) => {
    tokens.push(request.headers['sec-websocket-protocol'])
    socket.on('message', (data) => calls.push({ socket, call: JSON.parse(data.toString()) }))
  })
  const ready = new Promise<number>((resolve) =>
    server.on('listening', () => resolve((server.address() as AddressInfo).port)),
  )
  const close = () => {
    server.clients.forEach((socket) => socket.terminate())
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { calls, tokens, ready, close, clients: server.clients }
}

let server: ReturnType<typeof serve>
let port: number
let window: ReturnType<typeof connectSocket>
let states: ConnectionState[]
beforeEach(async () => {
  server = serve()
  port = await server.ready
  window = connectSocket({ origin: `http://127.0.0.1:${port}`, token: 'secret-token' })
  states = []
  window.connection.subscribe((state) => states.push(state))
})
afterEach(async () => {
  window.close()
  await server.close()
})

it('sends calls made before it is open, and tells answers apart by their number', async () => {
  const first = window.api.showRun({ id: 'a' })
  const second = window.api.listRuns({})
  await expect.poll(() => server.calls.length).toBe(2)
  expect(server.tokens[0]).toMatch(/^attention-workbench, ?secret-token$/)
  expect(server.calls.map(({ call }) => call)).toEqual([
    { id: 1, call: 'showRun', input: { id: 'a' } },
    { id: 2, call: 'listRuns', input: {} },
  ])
  const { socket } = server.calls[0]!
  socket.send(JSON.stringify({ id: 2, output: [] }))
  socket.send(
    JSON.stringify({
      id: 1,
      error: { code: 'unknown-run', message: 'There is no run "a".', hint: 'List them.' },
    }),
  )
  expect(await second).toEqual([])
  await expect(first).rejects.toMatchObject({
    name: 'WorkbenchError',
    code: 'unknown-run',
    message: 'There is no run "a".',
    hint: 'List them.',
  })
})

it('hands events to their listeners until these stop', async () => {
  await expect.poll(() => window.connection.state).toBe('open')
  const heard: unknown[] = []
  const stop = window.api.subscribe('importProgress', (payload) => heard.push(payload))
  const [socket] = server.clients
  const tell = (event: string, bytes: number) =>
    socket!.send(JSON.stringify({ event, payload: { name: 'a', bytes, total: 2 } }))
  tell('runChanged', 0)
  tell('importProgress', 1)
  await expect.poll(() => heard).toEqual([{ name: 'a', bytes: 1, total: 2 }])
  stop()
  tell('importProgress', 2)
  const answered = window.api.listRuns({})
  await expect.poll(() => server.calls.length).toBe(1)
  socket!.send(JSON.stringify({ id: 1, output: [] }))
  await answered
  expect(heard).toHaveLength(1)
})

it('fails what is under way when the connection breaks, and what is asked while it is broken', async () => {
  const asked = window.api.listRuns({})
  await expect.poll(() => server.calls.length).toBe(1)
  await server.close()
  await expect(asked).rejects.toMatchObject({ code: 'interrupted' })
  expect(window.connection.state).toBe('lost')
  await expect(window.api.listRuns({})).rejects.toMatchObject({ code: 'interrupted' })
})

it('comes back when the server does', async () => {
  await expect.poll(() => window.connection.state).toBe('open')
  await server.close()
  await expect.poll(() => window.connection.state).toBe('lost')
  server = serve(port)
  await expect.poll(() => window.connection.state, { timeout: 20_000 }).toBe('open')
  expect(states).toEqual(['connecting', 'open', 'lost', 'open'])
  const asked = window.api.listRuns({})
  await expect.poll(() => server.calls.length).toBe(1)
  const { socket, call } = server.calls[0]!
  socket.send(JSON.stringify({ id: call.id, output: [] }))
  expect(await asked).toEqual([])
})

it('does not even try without a token, and says which address to open', async () => {
  const stranger = connectSocket({ origin: `http://127.0.0.1:${port}`, token: '' })
  await expect(stranger.api.listRuns({})).rejects.toMatchObject({
    code: 'interrupted',
    hint: expect.stringContaining('open the address it printed'),
  })
  expect(stranger.connection.state).toBe('lost')
})
