/** The contract over the web host's socket: numbered calls, events, and reconnection with back-off. */
import type { CallName, EventName, WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { SocketCall, SocketMessage } from '../../shared/wire.ts'
import { openReply, socketPath, socketProtocol } from '../../shared/wire.ts'
import { apiThrough } from './calls.ts'
import type { Connection } from './connection.ts'
import { createConnection } from './connection.ts'

/** Milliseconds before the first attempt to reconnect, doubled at each failure up to the longest. */
const firstDelayMs = 250
const longestDelayMs = 8000

const unreachable = (call: string) =>
  new WorkbenchError(
    'interrupted',
    `The workbench cannot be reached (${call}).`,
    'This page reconnects by itself while the workbench runs; if you started it anew, open the address it printed.',
  )

interface Pending {
  call: string
  resolve(output: unknown): void
  reject(error: unknown): void
}

/**
 * Opens the socket of the web host at `origin` and keeps it open. Calls made while it connects for the first time
 * wait for it; calls under way when it breaks, and calls made while it is broken, fail with code `interrupted`.
 */
export function connectSocket(options: { origin: string; token: string | Promise<string> }): {
  api: WorkbenchApi
  connection: Connection
  close(): void
} {
  const { connection, change } = createConnection()
  const pending = new Map<number, Pending>()
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  let waiting: SocketCall[] = []
  let lastId = 0
  let delayMs = firstDelayMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let socket: WebSocket | undefined

  async function open() {
    const token = await options.token
    if (token === '') return fail()
    const address = options.origin.replace(/^http/, 'ws') + socketPath
    const opening = new WebSocket(address, [socketProtocol, token])
    socket = opening
    opening.addEventListener('open', () => {
      delayMs = firstDelayMs
      for (const call of waiting.splice(0)) opening.send(JSON.stringify(call))
      change('open')
    })
    opening.addEventListener('message', (message) => receive(JSON.parse(String(message.data))))
    opening.addEventListener('close', () => {
      fail()
      timer = setTimeout(() => void open(), delayMs)
      delayMs = Math.min(2 * delayMs, longestDelayMs)
    })
  }

  function fail() {
    const broken = [...pending.values()]
    pending.clear()
    waiting = []
    change('lost')
    for (const { call, reject } of broken) reject(unreachable(call))
  }

  function receive(message: SocketMessage) {
    if ('event' in message) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.payload as never)
      return
    }
    const asked = pending.get(message.id)
    if (!asked) return
    pending.delete(message.id)
    try {
      asked.resolve(openReply(message))
    } catch (error) {
      asked.reject(error)
    }
  }

  function ask(call: CallName, input: unknown): Promise<unknown> {
    if (connection.state === 'lost') return Promise.reject(unreachable(call))
    return new Promise((resolve, reject) => {
      const message: SocketCall = { id: ++lastId, call, input }
      pending.set(message.id, { call, resolve, reject })
      if (connection.state === 'open') socket?.send(JSON.stringify(message))
      else waiting.push(message)
    })
  }

  void open()

  const subscribe: WorkbenchApi['subscribe'] = (event, listener) => {
    const set = listeners.get(event) ?? new Set()
    listeners.set(event, set.add(listener))
    return () => set.delete(listener)
  }

  return {
    api: apiThrough(ask, subscribe),
    connection,
    close() {
      socket?.addEventListener('close', () => clearTimeout(timer))
      clearTimeout(timer)
      socket?.close()
    },
  }
}
