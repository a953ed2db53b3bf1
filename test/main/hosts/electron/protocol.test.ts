import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { defaultSettings } from '../../../../src/shared/settings.ts'

const handle = vi.fn()
const registerSchemesAsPrivileged = vi.fn()
vi.mock('electron', () => ({ protocol: { handle, registerSchemesAsPrivileged } }))
const { declareAppScheme, isAppPage, serveApp } =
  await import('../../../../src/main/hosts/electron/protocol.ts')

let folder: string
const discard = vi.fn(() => Promise.resolve())
const exports = {
  to: () => Promise.reject(new Error('not asked for')),
  take: vi.fn((download: string) =>
    download === 'secret' ? { file: path.join(folder, 'made.csv'), name: 'größe.csv', discard } : undefined,
  ),
}
const readSettings = vi.fn(async () => ({ ...defaultSettings }))
let ask: (url: string, init?: RequestInit) => Promise<Response>
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'app-scheme-'))
  await writeFile(path.join(folder, 'index.html'), '<html lang="en">window')
  await writeFile(path.join(folder, 'made.csv'), 'a,b')
  await serveApp(folder, { exports, api: { readSettings } })
  const [scheme, answer] = handle.mock.calls[0]!
  expect(scheme).toBe('app')
  ask = (url, init) => answer(new Request(url, init))
})
afterAll(() => rm(folder, { recursive: true }))

it('serves the built window under a policy that starts from nothing and connects to nothing', async () => {
  const response = await ask('app://workbench/index.html')
  expect([response.status, await response.text()]).toEqual([200, '<html lang="en">window'])
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = response.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

it('serves it in the theme that was chosen', async () => {
  readSettings.mockResolvedValueOnce({ ...defaultSettings, theme: 'dark' })
  expect(await (await ask('app://workbench/index.html')).text()).toContain(
    '<html data-theme="dark" lang="en">',
  )
  readSettings.mockRejectedValueOnce(new Error('the database is damaged'))
  expect((await ask('app://workbench/index.html')).status).toBe(200)
})

it.each([
  'app://workbench/../../etc/passwd',
  'app://workbench/%2e%2e/%2e%2e/etc/passwd',
  'app://workbench/..%2f..%2fetc%2fpasswd',
  'app://elsewhere/index.html',
  'app://workbench/missing.js',
])('has nothing at %s', async (url) => {
  const response = await ask(url)
  expect(response.status).toBe(404)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})

it('only reads', async () => {
  expect((await ask('app://workbench/index.html', { method: 'POST' })).status).toBe(404)
})

it('knows its own pages', () => {
  expect(isAppPage('app://workbench/')).toBe(true)
  for (const url of ['app://workbench.example/', 'http://workbench/', 'app:workbench', 'about:blank', ''])
    expect(isAppPage(url)).toBe(false)
})

it('declares the scheme standard and secure, without a way around the policy', () => {
  declareAppScheme()
  expect(registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
    { scheme: 'app', privileges: { standard: true, secure: true } },
  ])
})

it('hands out what the workbench made, to be saved under its name, and deletes it', async () => {
  const response = await ask('app://workbench/download/secret')
  expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv")
  expect(await response.text()).toBe('a,b')
  await vi.waitFor(() => expect(discard).toHaveBeenCalledOnce())
  expect((await ask('app://workbench/download/guess')).status).toBe(404)
  expect((await ask('app://elsewhere/download/secret')).status).toBe(404)
})
