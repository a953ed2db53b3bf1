import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uploadPath } from '../../../../src/shared/wire.ts'
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
