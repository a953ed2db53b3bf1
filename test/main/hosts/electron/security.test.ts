import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ BrowserWindow: class {}, screen: {}, protocol: {} }))
const { restrict } = await import('../../../../src/main/hosts/electron/security.ts')
const { pagePreferences } = await import('../../../../src/main/hosts/electron/window.ts')

class Contents extends EventEmitter {
  readonly session = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
  }
  readonly setWindowOpenHandler = vi.fn()
}

function restrictedContents() {
  const app = new EventEmitter()
  restrict(app as never)
  const contents = new Contents()
  app.emit('web-contents-created', {}, contents)
  return contents
}

describe('every page', () => {
  it.each(['will-navigate', 'will-redirect', 'will-attach-webview'])(
    'is kept from what %s announces',
    (name) => {
      const event = { preventDefault: vi.fn() }
      restrictedContents().emit(name, event)
      expect(event.preventDefault).toHaveBeenCalledOnce()
    },
  )

  it('opens no windows', () => {
    const [decide] = restrictedContents().setWindowOpenHandler.mock.calls[0]!
    expect(decide({ url: 'https://example.com' })).toEqual({ action: 'deny' })
  })

  const own = { getURL: () => 'app://workbench/index.html#/runs' }
  const other = { getURL: () => 'https://example.com/' }
  it.each([
    ['media', own, false],
    ['clipboard-read', own, false],
    ['notifications', own, false],
    ['openExternal', own, false],
    ['clipboard-sanitized-write', own, true],
    ['clipboard-sanitized-write', other, false],
  ])(
    'is asked for %s: only what a person copies may be written, and only here',
    (permission, page, granted) => {
      const { session } = restrictedContents()
      const decided = vi.fn()
      session.setPermissionRequestHandler.mock.calls[0]![0](page, permission, decided)
      expect(decided).toHaveBeenCalledExactlyOnceWith(granted)
      expect(session.setPermissionCheckHandler.mock.calls[0]![0](page, permission)).toBe(granted)
    },
  )

  it('is granted no device', () => {
    const { session } = restrictedContents()
    expect(session.setPermissionCheckHandler.mock.calls[0]![0](null, 'media')).toBe(false)
    expect(session.setDevicePermissionHandler.mock.calls[0]![0]({})).toBe(false)
  })

  it('is isolated and sandboxed, has no Node, and asks the network for no dictionary', () => {
    expect(pagePreferences('/preload.cjs')).toEqual({
      preload: '/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
    })
  })
})
