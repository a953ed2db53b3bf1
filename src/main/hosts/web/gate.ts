/**
 * Who may speak to the web host. Any page in any browser of this machine can send requests to 127.0.0.1, and any
 * name can be made to resolve to it, so each request is measured by the host it names, the page it comes from, and
 * the token that only the address of this start carries.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { socketProtocol } from '../../../shared/wire.ts'

export interface Refusal {
  status: 401 | 403
  reason: string
}

export interface Gate {
  /** 256 random bits, in base64url. */
  readonly token: string
  /** Refuses a request that names another host or comes from another page. For every request. */
  refuseStranger(request: IncomingMessage): Refusal | undefined
  /** Refuses a request that does not come from our own page with the token. For the socket and uploads. */
  refuse(request: IncomingMessage): Refusal | undefined
}

/** The gate of a server on `port` of 127.0.0.1. */
export function createGate(port: () => number): Gate {
  const token = randomBytes(32).toString('base64url')
  const expected = digest(token)

  function refuseStranger(request: IncomingMessage): Refusal | undefined {
    const host = request.headers.host ?? ''
    if (host !== `127.0.0.1:${port()}` && host !== `localhost:${port()}`)
      return { status: 403, reason: 'This host answers at 127.0.0.1 only.' }
    const { origin } = request.headers
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, reason: 'This page may not speak to the workbench.' }
    return undefined
  }

  function refuse(request: IncomingMessage): Refusal | undefined {
    const stranger = refuseStranger(request)
    if (stranger) return stranger
    if (request.headers.origin === undefined)
      return { status: 403, reason: 'Only the page of the workbench may ask this.' }
    // Digests have one length, so the comparison takes the same time whatever was sent.
    if (!timingSafeEqual(digest(sentToken(request)), expected))
      return { status: 401, reason: 'Open the address that the workbench printed at its start.' }
    return undefined
  }

  return { token, refuseStranger, refuse }
}

/** A page can set no header on a socket: there the token is named as a second subprotocol. */
function sentToken(request: IncomingMessage): string {
  const bearer = /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) return bearer
  const [protocol, token] = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/)
  return protocol === socketProtocol ? (token ?? '') : ''
}

const digest = (text: string) => createHash('sha256').update(text).digest()
