import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveWeb } from '../../../../src/main/hosts/web/index.ts'
import { WorkbenchError } from '../../../../src/shared/errors.ts'
import type { Host } from './support.ts'
import { ask, secret, smallWorkbench, startHost } from './support.ts'

let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterAll(() => host.close())

it.each([
  ['/', 'text/html; charset=utf-8', 'no-store', 'window'],
  ['/?from=somewhere', 'text/html; charset=utf-8', 'no-store', 'window'],
  ['/index.html', 'text/html; charset=utf-8', 'no-store', 'window'],
  [
    '/assets/index-1a2b.js',
    'text/javascript; charset=utf-8',
    'private, max-age=31536000, immutable',
    'export',
  ],
])('%s is served as %s', async (url, type, kept, content) => {
  const { status, headers, body } = await ask(host, url)
  expect({ status, type: headers['content-type'], kept: headers['cache-control'] }).toEqual({
    status: 200,
    type,
    kept,
  })
  expect(body).toContain(content)
})

it.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/assets/%252e%252e/%252e%252e/secret.txt',
  '/assets',
  '/assets/',
  '/%00',
  '/index.html%00.js',
  '//',
  '///etc/passwd',
  '/%',
  'http://127.0.0.1/../secret.txt',
  '*',
])('%s is not found', async (url) => {
  const { status, body } = await ask(host, url)
  expect(status).toBe(404)
  expect(body).not.toContain(secret)
})

it('sends a policy that starts from nothing, without eval and without anything inline', async () => {
  for (const url of ['/', '/assets/index-1a2b.js', '/missing']) {
    const { headers } = await ask(host, url)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['permissions-policy']).toMatch(/camera=\(\), microphone=\(\).*geolocation=\(\)/)
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

it('is in the theme that was chosen from its first byte on', async () => {
  expect((await ask(host, '/')).body).not.toContain('data-theme')
  host.settings.theme = 'dark'
  expect((await ask(host, '/')).body).toContain('<html data-theme="dark" lang="en">')
  host.settings.theme = 'system'
})

it('answers HEAD without a body and refuses other methods', async () => {
  expect(await ask(host, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await ask(host, '/', { method })).status).toBe(405)
})

it('listens on 127.0.0.1 only', () => {
  expect(new URL(host.address).hostname).toBe('127.0.0.1')
})

it('says what to do when no window is built', async () => {
  const rendererFolder = await mkdtemp(path.join(os.tmpdir(), 'no-window-'))
  const starting = serveWeb({ workbench: smallWorkbench().workbench, rendererFolder })
  await expect(starting).rejects.toMatchObject({ hint: 'Run: npm run build' })
  await rm(rendererFolder, { recursive: true })
})

it('says which port is taken', async () => {
  const rendererFolder = await mkdtemp(path.join(os.tmpdir(), 'window-'))
  await writeFile(path.join(rendererFolder, 'index.html'), '')
  const starting = serveWeb({ workbench: smallWorkbench().workbench, rendererFolder, port: host.port })
  await expect(starting).rejects.toBeInstanceOf(WorkbenchError)
  await expect(starting).rejects.toThrow(`port ${host.port}: EADDRINUSE`)
  await rm(rendererFolder, { recursive: true })
})
