/**
 * Who may speak to the web host. Any page in any browser of this machine can send requests to 127.0.0.1, and any
 * name can be made to resolve to it, so each request is measured by the host it names, the page it comes from, and
 * the token that only the address of this start carries.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { socketProtocol } from '../../../shared/wire.ts'

/** A browser opens its window within seconds; a slow machine within this. */
const codeMs = 120_000

export interface Refusal {
  status: 401 | 403
  reason: string
}

export interface Gate {
  /** 256 random bits, in base64url. */
  readonly token: string
  /** A code of 256 random bits that is worth the token, once, for a short while. */
  offer(): string
  /** The token for a code that was offered and has not been used; undefined for any other. */
  redeem(request: IncomingMessage): string | undefined
  /** Refuses a request that names another host or comes from another page. For every request. */
  refuseStranger(request: IncomingMessage): Refusal | undefined
  /** Refuses a request that does not say that it comes from our own page. For codes. */
  refuseOtherPage(request: IncomingMessage): Refusal | undefined
  /** Refuses a request that does not come from our own page with the token. For the socket and uploads. */
  refuse(request: IncomingMessage): Refusal | undefined
}

/** The gate of a server on `port` of 127.0.0.1. */
export function createGate(port: () => number): Gate {
  const token = secret()
  /** Digests of codes, with the time until which they are worth something. */
  const offered = new Map<string, number>()
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

  function refuseOtherPage(request: IncomingMessage): Refusal | undefined {
    const stranger = refuseStranger(request)
    if (stranger || request.headers.origin !== undefined) return stranger
    return { status: 403, reason: 'Only the page of the workbench may ask this.' }
  }

  function refuse(request: IncomingMessage): Refusal | undefined {
    const other = refuseOtherPage(request)
    if (other) return other
    // Digests have one length, so the comparison takes the same time whatever was sent.
    if (!timingSafeEqual(digest(sentToken(request)), expected))
      return { status: 401, reason: 'Open the address that the workbench printed at its start.' }
    return undefined
  }

  return {
    token,
    offer() {
      const code = secret()
      offered.set(digest(code).toString('hex'), Date.now() + codeMs)
      return code
    },
    redeem(request) {
      const code = digest(sentToken(request)).toString('hex')
      const until = offered.get(code)
      offered.delete(code)
      return until !== undefined && Date.now() < until ? token : undefined
    },
    refuseStranger,
    refuseOtherPage,
    refuse,
  }
}

/** A page can set no header on a socket: there the token is named as a second subprotocol. */
function sentToken(request: IncomingMessage): string {
  const bearer = /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) return bearer
  const [protocol, token] = (request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/)
  return protocol === socketProtocol ? (token ?? '') : ''
}

const secret = () => randomBytes(32).toString('base64url')
const digest = (text: string) => createHash('sha256').update(text).digest()
