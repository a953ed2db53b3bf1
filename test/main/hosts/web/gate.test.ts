import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sessionPath, uploadPath } from '../../../../src/shared/wire.ts'
import type { Host } from './support.ts'
import { ask, openSocket, startHost } from './support.ts'

let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterAll(() => host.close())

const otherToken = 'A'.repeat(43)

describe('the token', () => {
  it('has 256 bits and differs at every start', async () => {
    expect(Buffer.from(host.token, 'base64url')).toHaveLength(32)
    const other = await startHost()
    expect(other.token).not.toBe(host.token)
    await other.close()
  })

  it('opens the socket', async () => {
    const socket = await openSocket(host)
    expect(socket.protocol).toBe('attention-workbench')
    socket.close()
  })

  it.each([
    ['another', otherToken],
    ['a shorter', 'A'],
    ['a prefix of the right', undefined],
  ])('%s token is refused', async (_name, token) => {
    const sent = token ?? host.token.slice(0, -1)
    await expect(openSocket(host, { token: sent })).rejects.toThrow('401')
    const upload = await ask(host, `${uploadPath}?name=a.txt`, {
      method: 'POST',
      headers: { origin: host.origin, authorization: `Bearer ${sent}` },
      body: Buffer.from('text'),
    })
    expect(upload.status).toBe(401)
    expect(host.uploads).toHaveLength(0)
  })

  it('is wanted: an upload without one is refused', async () => {
    const upload = await ask(host, `${uploadPath}?name=a.txt`, {
      method: 'POST',
      headers: { origin: host.origin },
      body: Buffer.from('text'),
    })
    expect(upload.status).toBe(401)
  })
})

describe('a code', () => {
  const offer = () => new URL(host.addressForWindow()).hash.slice('#code='.length)
  const redeem = (code: string, origin: string | undefined = host.origin) =>
    ask(host, sessionPath, {
      method: 'POST',
      headers: { ...(origin && { origin }), authorization: `Bearer ${code}` },
    })

  it('is told the token once', async () => {
    const code = offer()
    expect(code).not.toContain(host.token)
    const { status, headers, body } = await redeem(code)
    expect({ status, token: JSON.parse(body).token }).toEqual({ status: 200, token: host.token })
    expect(headers['cache-control']).toBe('no-store')
    const again = await redeem(code)
    expect(again.status).toBe(401)
    expect(again.body).not.toContain(host.token)
  })

  it('is no token, and no token is a code', async () => {
    const code = offer()
    await expect(openSocket(host, { token: code })).rejects.toThrow('401')
    expect((await redeem(host.token)).status).toBe(401)
    expect((await redeem(otherToken)).status).toBe(401)
    expect((await redeem(code)).status).toBe(200)
  })

  it('is worth nothing to another page, and is still worth something to ours', async () => {
    const code = offer()
    expect((await redeem(code, 'http://example.com')).status).toBe(403)
    const { status } = await ask(host, sessionPath, {
      method: 'POST',
      headers: { authorization: `Bearer ${code}` },
    })
    expect(status).toBe(403)
    expect((await redeem(code)).status).toBe(200)
  })

  it('grows old', async () => {
    const code = offer()
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] })
    const { status } = await redeem(code)
    vi.useRealTimers()
    expect(status).toBe(401)
  })
})

describe('the origin', () => {
  const strangers = ['http://example.com', 'https://127.0.0.1', 'null', 'http://127.0.0.1:1', 'file://']

  it.each(strangers)('%s may not ask for anything, even with the token', async (origin) => {
    await expect(openSocket(host, { origin })).rejects.toThrow('403')
    expect((await ask(host, '/', { headers: { origin } })).status).toBe(403)
    const upload = await ask(host, `${uploadPath}?name=a.txt`, {
      method: 'POST',
      headers: { origin, authorization: `Bearer ${host.token}` },
    })
    expect(upload.status).toBe(403)
  })

  it('must be named for the socket and for uploads', async () => {
    await expect(openSocket(host, { origin: null })).rejects.toThrow('403')
    const upload = await ask(host, `${uploadPath}?name=a.txt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}` },
    })
    expect(upload.status).toBe(403)
  })

  it('may be localhost where the address says localhost', async () => {
    const name = `localhost:${host.port}`
    const socket = await openSocket(host, { hostHeader: name, origin: `http://${name}` })
    socket.close()
    await expect(openSocket(host, { origin: `http://${name}` })).rejects.toThrow('403')
  })
})

describe('the host', () => {
  it.each(['example.com', '127.0.0.1', '127.0.0.1:1', 'localhost', 'rebound.example'])(
    '%s is not this one',
    async (name) => {
      expect((await ask(host, '/', { headers: { host: name } })).status).toBe(403)
      await expect(openSocket(host, { hostHeader: name, origin: `http://${name}` })).rejects.toThrow('403')
    },
  )
})

it('has one socket only', async () => {
  await expect(openSocket(host, { path: '/' })).rejects.toThrow('403')
  await expect(openSocket(host, { path: '//' })).rejects.toThrow('403')
})
