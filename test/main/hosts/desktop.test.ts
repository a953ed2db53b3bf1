import { describe, expect, it } from 'vitest'
import { missingDisplay, sandboxArguments, startWindow } from '../../../src/main/hosts/desktop.ts'

describe('a display', () => {
  it.each([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['darwin', {}, true],
    ['win32', {}, true],
  ] as const)('on %s with %o: %s', (platform, environment, there) => {
    expect(missingDisplay(platform, environment) === undefined).toBe(there)
  })
})

it('gives up the sandbox only as root, and says so', () => {
  expect(sandboxArguments(0).arguments).toEqual(['--no-sandbox'])
  expect(sandboxArguments(0).note).toContain('root')
  expect(sandboxArguments(1000)).toEqual({ arguments: [], note: '' })
})

describe('starting a program', () => {
  const run = (script: string, graceMs: number) =>
    startWindow(process.execPath, ['-e', script], process.env, graceMs)
  const forever = 'setInterval(() => {}, 1000)'

  it('that stays is started, and can be closed', async () => {
    const window = await run(forever, 100)
    if (!window.started) throw new Error(window.reason)
    window.close()
    expect(await window.exited).toBe(1)
  })

  it('that fails at once is not started, for the last reason it gave', async () => {
    const script = 'console.error("one\\nlibnss3.so: cannot open"); process.exit(127)'
    expect(await run(script, 30_000)).toEqual({ started: false, reason: 'libnss3.so: cannot open' })
    expect(await run('process.exit(3)', 30_000)).toEqual({ started: false, reason: 'it ended with code 3' })
  })

  it('that ends well at once has handed its window over', async () => {
    const window = await run('', 30_000)
    if (!window.started) throw new Error(window.reason)
    expect(await window.exited).toBe(0)
  })

  it('that does not exist is not started', async () => {
    expect(await startWindow('/nowhere/browser', [])).toMatchObject({ started: false })
  })
})
