/**
 * The web host: the workbench served to a browser on this machine. It speaks the same contract as the Electron host,
 * over a socket, and takes the bytes of dropped files by POST. Its gate is gate.ts; browser.ts opens a window on it.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { WorkbenchError } from '../../../shared/errors.ts'
import {
  downloadPath,
  sessionPath,
  socketPath,
  socketProtocol,
  uploadLimitBytes,
  uploadPath,
} from '../../../shared/wire.ts'
import type { Workbench } from '../../workbench.ts'
import { contentOf } from '../page.ts'
import { listRendererFiles } from '../renderer-files.ts'
import { securityHeaders } from '../security-headers.ts'
import { answerDownload } from './download.ts'
import type { Gate, Refusal } from './gate.ts'
import { createGate } from './gate.ts'
import { messageLimitBytes, serveSocket } from './socket.ts'
import { answerUpload } from './upload.ts'

export interface WebHostOptions {
  workbench: Workbench
  /** The built window: out/renderer. */
  rendererFolder: string
  /** The port on 127.0.0.1; a free one is chosen without it. */
  port?: number
  /** The largest upload, in bytes. */
  uploadLimitBytes?: number
}

/**
 * Serves `workbench` on 127.0.0.1 until `close`, whether or not a window is open. `address` carries the token of
 * this start: whoever has it can use the workbench. `addressForWindow` carries a code that is worth the token once: for the
 * arguments of a browser, which others on the machine may read. Throws WorkbenchError when the port is taken or no window is built.
 */
export async function serveWeb(
  options: WebHostOptions,
): Promise<{ address: string; addressForWindow(): string; close(): Promise<void> }> {
  const files = await listRendererFiles(options.rendererFolder)
  const headers = securityHeaders("'self'")
  const gate = createGate(() => (server.address() as AddressInfo).port)

  const server = http.createServer(async (request, response) => {
    const refusal = gate.refuseStranger(request)
    if (refusal) return refuseRequest(response, refusal)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const pathname = pathOf(request)
    if (pathname === uploadPath && request.method === 'POST') {
      const unknown = gate.refuse(request)
      if (unknown) return refuseRequest(response, unknown)
      return answerUpload(request, response, options.workbench, options.uploadLimitBytes ?? uploadLimitBytes)
    }
    if (pathname === sessionPath && request.method === 'POST') return answerCode(gate, request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end()
    if (pathname.startsWith(downloadPath)) return answerDownload(request, response, options.workbench)
    const found = files.get(pathname)
    if (!found) return response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
    if (request.method === 'HEAD') return response.writeHead(200, found.headers).end()
    const content = await contentOf(found.file, options.workbench).catch(() => null)
    // a file that vanished
    if (content === null) return response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
    response.writeHead(200, found.headers).end(content)
  })
  // A large upload takes as long as it takes; headers still have to arrive within Node's minute.
  server.requestTimeout = 0

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimitBytes,
    handleProtocols: () => socketProtocol,
  })
  sockets.on('connection', (socket) => serveSocket(socket, options.workbench))
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    const refusal = gate.refuse(request)
    if (refusal) return refuseUpgrade(stream, refusal)
    if (pathOf(request) !== socketPath)
      return refuseUpgrade(stream, { status: 403, reason: 'There is no socket here.' })
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request))
  })

  const port = await listen(server, options.port ?? 0)
  return {
    address: `http://127.0.0.1:${port}/#token=${gate.token}`,
    addressForWindow: () => `http://127.0.0.1:${port}/#code=${gate.offer()}`,
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'The workbench is closing.')
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      for (const socket of sockets.clients) socket.terminate()
      await closed
    },
  }
}

/** What is asked for, exactly as it was sent: neither decoded nor normalised, so it means one thing only. */
const pathOf = (request: http.IncomingMessage) => (request.url ?? '').split('?', 1)[0]!

/** Tells the token to the page that was opened with a code. */
function answerCode(gate: Gate, request: http.IncomingMessage, response: http.ServerResponse): void {
  const refusal = gate.refuseOtherPage(request)
  if (refusal) return refuseRequest(response, refusal)
  const token = gate.redeem(request)
  if (token === undefined)
    return refuseRequest(response, { status: 401, reason: 'This address was used before, or is too old.' })
  response
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify({ token }))
}

function refuseRequest(response: http.ServerResponse, { status, reason }: Refusal): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(reason)
}

function refuseUpgrade(stream: Duplex, { status, reason }: Refusal): void {
  const head = [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain',
  ]
  stream.end(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`)
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new WorkbenchError(
          'invalid-request',
          `The window cannot be served on port ${port}: ${error.code ?? error.message}.`,
          'Choose another port, or none to take a free one.',
        ),
      ),
    )
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
