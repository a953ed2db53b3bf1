import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ask, startHost, type Host } from './support.ts'

let host: Host
let folder: string
const discard = vi.fn(() => Promise.resolve())
beforeAll(async () => {
  host = await startHost()
  folder = await mkdtemp(path.join(os.tmpdir(), 'web-download-'))
  await writeFile(path.join(folder, 'made'), 'a,b\r\n')
})
afterAll(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

it('hands out what was made for a window, once, to be saved under its name', async () => {
  host.downloads.set('random', { file: path.join(folder, 'made'), name: 'Größe "1".csv', discard })
  const { status, headers, body } = await ask(host, '/download/random')
  expect({ status, body }).toEqual({ status: 200, body: 'a,b\r\n' })
  expect(headers).toMatchObject({
    'content-disposition': "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.csv",
    'content-length': '5',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  await vi.waitFor(() => expect(discard).toHaveBeenCalledOnce())
  expect((await ask(host, '/download/random')).status).toBe(404)
})

it.each(['/download/', '/download/guess', '/download/../secret.txt', '/download/random?x=1'])(
  'has nothing at %s',
  async (url) => {
    expect((await ask(host, url)).status).toBe(404)
  },
)

it('gives nothing to another page', async () => {
  host.downloads.set('mine', { file: path.join(folder, 'made'), name: 'made.csv', discard })
  const { status } = await ask(host, '/download/mine', { headers: { origin: 'http://elsewhere.example' } })
  expect(status).toBe(403)
  expect(host.downloads.has('mine')).toBe(true)
})
