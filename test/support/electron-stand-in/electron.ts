/**
 * A stand-in for the module `electron`, for machines where no Electron binary can be had: it plays the part of it that
 * the built main bundle uses over a headless Chromium. It is not Electron, and tests that use it say so. What differs:
 * the preload runs in the page's own world, though all that crosses the bridge is copied as there; app:// pages
 * are fetched as http://workbench.localhost; a file's path is its name in the folder STAND_IN_FILES.
 */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { launchOptions } from '../chromium.ts'
import { preloadScript } from './page.ts'
import { settings } from './settings.ts'

type Handler = (event: unknown, input: unknown) => unknown
type PreventableEvent = { defaultPrevented: boolean; preventDefault(): void }

const preventable = (): PreventableEvent => ({
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  },
})

// app://workbench/... as main code knows it, and the address under which Chromium knows the same page.
const toPage = (url: string) => url.replace(/^app:\/\/workbench/, 'http://workbench.localhost')
const toApp = (url: string) => url.replace(/^http:\/\/workbench\.localhost/, 'app://workbench')

let context: BrowserContext
const handlers = new Map<string, Handler>()
const schemes = new Map<string, (request: Request) => Promise<Response>>()
const windows = new Set<BrowserWindow>()
const paths = new Map<string, string>()

class App extends EventEmitter {
  #isReady = false
  #ready: Promise<void> | undefined

  setPath(name: string, folder: string) {
    paths.set(name, folder)
  }
  getPath(name: string) {
    return paths.get(name)
  }
  requestSingleInstanceLock() {
    return true
  }
  whenReady(): Promise<void> {
    return (this.#ready ??= this.#start())
  }
  isReady() {
    return this.#isReady
  }
  readonly isPackaged = false
  async #start() {
    const { browser, debuggingPort } = settings()
    const profile = paths.get('userData')!
    context = await chromium.launchPersistentContext(
      profile,
      launchOptions(browser, { args: [`--remote-debugging-port=${debuggingPort}`] }),
    )
    context.on('close', () => this.quit())
    this.#isReady = true
    this.emit('ready')
  }
  quit() {
    for (const window of windows) window.close()
    const event = preventable()
    this.emit('will-quit', event)
    if (!event.defaultPrevented) void context?.close().finally(() => this.exit(0))
  }
  exit(code: number) {
    process.exit(code)
  }
}
export const app = new App()
process.once('SIGTERM', () => app.quit())

class WebContents extends EventEmitter {
  readonly session = {
    setPermissionRequestHandler() {},
    setPermissionCheckHandler() {},
    setDevicePermissionHandler() {},
  }
  page: Page | undefined
  readonly mainFrame: { readonly url: string }

  constructor() {
    super()
    const page = () => this.page
    this.mainFrame = {
      get url() {
        return toApp(page()?.url() ?? '')
      },
    }
  }
  setWindowOpenHandler(decide: () => { action: 'deny' }) {
    if (decide().action !== 'deny') throw new Error('The stand-in plays windows that open no others.')
  }
  send(channel: string, payload: unknown) {
    this.page
      ?.evaluate(([name, sent]) => window.standInReceive?.(name, sent), [
        channel,
        structuredClone(payload),
      ] as const)
      .catch(() => {}) // the page has gone
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents()
  readonly #preload: string

  constructor(options: { webPreferences: Record<string, unknown> }) {
    super()
    const { preload, contextIsolation, sandbox, nodeIntegration } = options.webPreferences
    if (contextIsolation !== true || sandbox !== true || nodeIntegration !== false)
      throw new Error('The stand-in plays isolated, sandboxed windows only.')
    this.#preload = readFileSync(String(preload), 'utf8')
    windows.add(this)
    app.emit('web-contents-created', preventable(), this.webContents)
  }

  async loadURL(url: string) {
    const page = context.pages()[0] ?? (await context.newPage())
    this.webContents.page = page
    await page.exposeBinding('standInInvoke', async ({ frame }, channel: string, input: unknown) => {
      const handler = handlers.get(channel)
      if (!handler) throw new Error(`No handler registered for '${channel}'`)
      const { mainFrame } = this.webContents
      const senderFrame = frame === page.mainFrame() ? mainFrame : { url: toApp(frame.url()) }
      return structuredClone(await handler({ sender: this.webContents, senderFrame }, input))
    })
    await page.addInitScript({ content: preloadScript(this.#preload, settings().filesFolder) })
    await page.route('**/*', async (route) => {
      const asked = route.request()
      const navigation = preventable()
      const address = toApp(asked.url())
      // Not the first page, which main code loads, and not a reload: Electron asks about neither.
      const leaves = ![address, 'about:blank'].includes(toApp(page.url().split('#', 1)[0]!))
      if (asked.isNavigationRequest() && leaves) this.webContents.emit('will-navigate', navigation)
      if (navigation.defaultPrevented) return route.abort('aborted')
      const serve = schemes.get(new URL(address).protocol.slice(0, -1))
      if (!serve) return route.abort()
      const response = await serve(new Request(address, { method: asked.method() }))
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      })
    })
    page.on('close', () => this.close())
    await page.goto(toPage(url))
    this.emit('ready-to-show')
  }

  close() {
    if (!windows.delete(this)) return
    this.emit('close', preventable())
    this.emit('closed')
    if (windows.size === 0) app.emit('window-all-closed')
  }
  getNormalBounds() {
    return { x: 0, y: 0, width: 1280, height: 720 }
  }
  isMaximized() {
    return false
  }
  isFocused() {
    return true
  }
  isMinimized() {
    return false
  }
  maximize() {}
  restore() {}
  show() {}
  focus() {}
}

export const ipcMain = {
  handle(channel: string, handler: Handler) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  },
}

export const protocol = {
  registerSchemesAsPrivileged() {
    if (app.isReady()) throw new Error('Schemes are declared before the app is ready.')
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>) {
    schemes.set(scheme, handler)
  },
}

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1280, height: 720 } }],
}

export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu() {},
}

/** A theme that is chosen is told to the page as a system would tell it. */
export const nativeTheme = {
  shouldUseDarkColors: false,
  set themeSource(theme: 'system' | 'light' | 'dark') {
    void context.pages()[0]?.emulateMedia({ colorScheme: theme === 'system' ? null : theme })
  },
}

export class Notification extends EventEmitter {
  static isSupported() {
    return false
  }
}

export const shell = {
  openPath: async () => '',
}

export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showErrorBox(title: string, content: string) {
    console.error(`${title}: ${content}`)
  },
}
