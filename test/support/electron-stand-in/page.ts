/** What runs in the page of a stand-in window before its own scripts. */

declare global {
  interface Window {
    standInInvoke(channel: string, input: unknown): Promise<unknown>
    standInReceive?(channel: string, payload: unknown): void
  }
}

type Preload = (require: (name: string) => unknown, module: object, exports: object) => void

/** The script that runs the built preload `source`: as text, because the page's policy forbids it to compile any. */
export const preloadScript = (source: string, filesFolder: string) =>
  `(${String(runPreload)})(function (require, module, exports) {${source}\n}, ${JSON.stringify(filesFolder)})`

/** Runs the preload with the `electron` that a sandboxed preload sees. Serialised: nothing from outside. */
function runPreload(preload: Preload, filesFolder: string): void {
  type Listener = (event: object, payload: unknown) => void
  const listeners = new Map<string, Set<Listener>>()
  window.standInReceive = (channel, payload) =>
    listeners.get(channel)?.forEach((listener) => listener({}, payload))

  // Functions cross the bridge as functions; everything else crosses as a copy, except a File for webUtils.
  const copy = (value: unknown): unknown =>
    typeof value === 'function' || value instanceof File ? value : structuredClone(value)
  const bridged = (value: unknown): unknown =>
    typeof value === 'function'
      ? (...values: unknown[]) => {
          const result = value(...values.map(copy))
          return result instanceof Promise ? result.then(copy) : bridged(result)
        }
      : copy(value)

  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, api: Record<string, unknown>) {
        const entries = Object.entries(api).map(([key, value]) => [key, bridged(value)])
        Object.defineProperty(window, name, { value: Object.freeze(Object.fromEntries(entries)) })
      },
    },
    ipcRenderer: {
      invoke: (channel: string, input: unknown) => window.standInInvoke(channel, input),
      on(channel: string, listener: Listener) {
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
      },
      off(channel: string, listener: Listener) {
        listeners.get(channel)?.delete(listener)
      },
    },
    webUtils: { getPathForFile: (file: File) => `${filesFolder}/${file.name}` },
  }
  // A sandboxed preload can require almost nothing: one that was not bundled whole fails here as it would there.
  const require = (name: string) => {
    if (name === 'electron') return electron
    throw new Error(`module not found: ${name}`)
  }
  preload(require, { exports: {} }, {})
}
