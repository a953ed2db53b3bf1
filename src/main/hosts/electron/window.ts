/** The window: what its page may reach, and where it was when it was last closed. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Rectangle, WebPreferences } from 'electron'
import { BrowserWindow, screen } from 'electron'
import { z } from 'zod'

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(400).max(20_000),
  height: z.number().int().min(300).max(20_000),
  maximized: z.boolean(),
})
export type Bounds = z.infer<typeof boundsSchema>

/** --ground of src/renderer/styles/tokens.css. */
const grounds = { light: '#f7f7f5', dark: '#131417' }

const defaultSize = { width: 1360, height: 900 }

/** The page has no Node and a world of its own; the spell checker would fetch dictionaries from the network. */
export function pagePreferences(preloadFile: string): WebPreferences {
  return {
    preload: preloadFile,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    spellcheck: false,
  }
}

/** Opens the window on `address` where `boundsFile` says it was, and keeps that file when it closes. */
export function openWindow(options: {
  address: string
  preloadFile: string
  boundsFile: string
  /** What is seen before the page is. */
  dark: boolean
}): BrowserWindow {
  const saved = placeOn(
    readBounds(options.boundsFile),
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...defaultSize,
    ...(saved && { x: saved.x, y: saved.y, width: saved.width, height: saved.height }),
    minWidth: 720,
    minHeight: 480,
    title: 'Attention Workbench',
    autoHideMenuBar: true,
    show: false,
    backgroundColor: options.dark ? grounds.dark : grounds.light,
    webPreferences: pagePreferences(options.preloadFile),
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () =>
    keepBounds(options.boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  )
  void window.loadURL(options.address)
  return window
}

/** The bounds in `file`; undefined where there are none that make sense. */
export function readBounds(file: string): Bounds | undefined {
  try {
    return boundsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

/** A window that cannot be put back where it was is no reason to fail at closing time. */
export function keepBounds(file: string, bounds: Bounds): void {
  try {
    writeFileSync(file, JSON.stringify(bounds))
  } catch {
    return
  }
}

/** `bounds` where enough of the title bar lies on some display to grab it; undefined where the display is gone. */
export function placeOn(bounds: Bounds | undefined, workAreas: readonly Rectangle[]): Bounds | undefined {
  const grabbable = 100
  return workAreas.some(
    (area) =>
      bounds !== undefined &&
      bounds.x + bounds.width >= area.x + grabbable &&
      bounds.x <= area.x + area.width - grabbable &&
      bounds.y >= area.y &&
      bounds.y <= area.y + area.height - grabbable,
  )
    ? bounds
    : undefined
}
