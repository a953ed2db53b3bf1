import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { uploadPath } from '../../../../src/shared/wire.ts'
import type { Host } from './support.ts'
import { ask, startHost } from './support.ts'

const limit = 200_000
let host: Host
beforeEach(async () => {
  host = await startHost({ uploadLimitBytes: limit })
})
afterEach(() => host.close())

const upload = (query: string, body: Buffer, headers: http.OutgoingHttpHeaders = {}) =>
  ask(host, uploadPath + query, {
    method: 'POST',
    headers: { origin: host.origin, authorization: `Bearer ${host.token}`, ...headers },
    body,
  })

it('hands the bytes and the name to the workbench', async () => {
  const body = randomBytes(limit)
  const { status, body: reply } = await upload('?name=War%20%26%20Peace%E2%80%A6.txt', body)
  expect({ status, reply: JSON.parse(reply) }).toEqual({
    status: 200,
    reply: { output: { upload: 'upload-1' } },
  })
  expect(host.uploads).toEqual([{ name: 'War & Peace….txt', bytes: body }])
})

it.each(['', '?name=', `?name=${'a'.repeat(1001)}`, '?nom=a.txt'])('wants a name: %s', async (query) => {
  const { status, body } = await upload(query, Buffer.from('text'))
  expect(status).toBe(400)
  expect(JSON.parse(body).error.code).toBe('invalid-request')
  expect(host.uploads).toHaveLength(0)
})

it('survives a query that decodes to nothing sensible', async () => {
  expect((await upload('?name=%E0%A4%A', Buffer.from('text'))).status).toBe(200)
})

it('refuses a body that says it is too large before reading it', async () => {
  const answer = new Promise<number>((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port: host.port,
        path: `${uploadPath}?name=a.txt`,
        method: 'POST',
        headers: {
          origin: host.origin,
          authorization: `Bearer ${host.token}`,
          'content-length': limit + 1,
        },
      },
      (response) => {
        resolve(response.statusCode!)
        request.destroy()
      },
    )
    request.on('error', reject)
    request.flushHeaders()
  })
  expect(await answer).toBe(413)
  expect(host.uploads).toHaveLength(0)
})

it('cuts off a body that turns out too large', async () => {
  const { status, body } = await upload('?name=a.txt', Buffer.alloc(limit + 1), {
    'transfer-encoding': 'chunked',
  })
  expect(status).toBe(413)
  expect(JSON.parse(body).error).toMatchObject({ code: 'file-too-large' })
  expect(host.uploads).toHaveLength(0)
})

it('keeps serving after a window leaves in the middle of an upload', async () => {
  await new Promise<void>((resolve) => {
    const request = http.request({
      host: '127.0.0.1',
      port: host.port,
      path: `${uploadPath}?name=a.txt`,
      method: 'POST',
      headers: { origin: host.origin, authorization: `Bearer ${host.token}`, 'content-length': limit },
    })
    request.on('error', () => resolve())
    request.write(Buffer.alloc(1000), () => request.destroy(new Error('gone')))
  })
  expect((await upload('?name=b.txt', Buffer.from('text'))).status).toBe(200)
  expect(host.uploads.map(({ name }) => name)).toEqual(['b.txt'])
})
