/** A web host over a workbench of a few lines, a built window of a few files, and requests that a browser would not send. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { WebSocket } from 'ws'
import { serveWeb } from '../../../../src/main/hosts/web/index.ts'
import type { Workbench } from '../../../../src/main/workbench.ts'
import { WorkbenchError } from '../../../../src/shared/errors.ts'
import { socketPath, socketProtocol } from '../../../../src/shared/wire.ts'

export const secret = 'this file lies beside the served folder'

/** `echo` answers its input, `wait` never does, `break` throws what is no WorkbenchError. Uploads are kept,
 * downloads are what a test puts there. */
export function smallWorkbench() {
  const downloads = new Map<string, { file: string; name: string; discard: () => Promise<void> }>()
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const uploads: { name: string; bytes: Buffer }[] = []
  const settings = { theme: 'system' }
  let waiting = 0
  const workbench = {
    home: '/nowhere',
    api: {
      readSettings: async () => ({ theme: settings.theme }),
      subscribe(event: string, listener: (payload: unknown) => void) {
        const set = listeners.get(event) ?? new Set()
        listeners.set(event, set.add(listener))
        return () => set.delete(listener)
      },
    },
    async dispatch(name: string, input: unknown, gone: AbortSignal) {
      if (name === 'echo') return input
      if (name === 'wait') {
        waiting++
        return new Promise((_, reject) =>
          gone.addEventListener('abort', () => {
            waiting--
            reject(gone.reason as Error)
          }),
        )
      }
      if (name === 'break') throw new TypeError('something broke')
      throw new WorkbenchError('invalid-request', `There is no call "${name}".`, 'Ask for echo.')
    },
    async receiveUpload(name: string, bytes: AsyncIterable<Uint8Array>) {
      const chunks = []
      for await (const chunk of bytes) chunks.push(chunk)
      uploads.push({ name, bytes: Buffer.concat(chunks) })
      return { upload: `upload-${uploads.length}` }
    },
    exports: {
      take(download: string) {
        const found = downloads.get(download)
        downloads.delete(download)
        return found
      },
    },
    close: async () => {},
  } as unknown as Workbench
  const emit = (event: string, payload: unknown) =>
    listeners.get(event)?.forEach((listener) => listener(payload))
  const listening = () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0)
  return { workbench, emit, listening, waiting: () => waiting, uploads, downloads, settings }
}

export async function startHost(options: { uploadLimitBytes?: number } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'web-host-'))
  const rendererFolder = path.join(folder, 'renderer')
  await mkdir(path.join(rendererFolder, 'assets'), { recursive: true })
  await writeFile(path.join(folder, 'secret.txt'), secret)
  await writeFile(
    path.join(rendererFolder, 'index.html'),
    '<!doctype html><html lang="en"><title>window</title>',
  )
  await writeFile(path.join(rendererFolder, 'assets', 'index-1a2b.js'), 'export {}')
  const small = smallWorkbench()
  const host = await serveWeb({ workbench: small.workbench, rendererFolder, ...options })
  const { port, hash } = new URL(host.address)
  const origin = `http://127.0.0.1:${port}`
  const token = new URLSearchParams(hash.slice(1)).get('token')!
  return {
    ...small,
    ...host,
    port: Number(port),
    origin,
    token,
    async close() {
      await host.close()
      await rm(folder, { recursive: true })
    },
  }
}
export type Host = Awaited<ReturnType<typeof startHost>>

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
}

/** A request whose path and headers are sent exactly as given. */
export function ask(
  host: Host,
  path: string,
  options: { method?: string; headers?: http.OutgoingHttpHeaders; body?: Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    const request = http.request(
      { host: '127.0.0.1', port: host.port, path, method, headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Opens the socket; rejects with the status when the host refuses. */
export function openSocket(
  host: Host,
  options: { token?: string; origin?: string | null; hostHeader?: string; path?: string } = {},
): Promise<WebSocket> {
  const { token = host.token, origin = host.origin, hostHeader, path = socketPath } = options
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, [socketProtocol, token], {
    ...(origin === null ? {} : { origin }),
    headers: hostHeader === undefined ? {} : { host: hostHeader },
  })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_request, response) => {
      socket.on('error', () => {})
      socket.terminate()
      reject(new Error(String(response.statusCode)))
    })
    socket.on('error', reject)
  })
}

export const nextMessage = (socket: WebSocket): Promise<unknown> =>
  new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(data.toString()))))

export const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', resolve))
