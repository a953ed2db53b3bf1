/** start: builds the window where needed, then opens the best host there is. */
import { homeFolder, rendererFolder } from '../../paths.ts'
import { launchElectron } from '../electron/launch.ts'
import { openBrowserWindow } from '../web/browser.ts'
import { serveWeb } from '../web/index.ts'
import { buildWhereNeeded } from './build.ts'
import { note, print } from './output.ts'
import { catchInterrupts, exitCodes, withWorkbench, type ExitCode } from './session.ts'

export interface StartOptions {
  home?: string
  /** The web host even where Electron is available. */
  web?: boolean
  /** false: open no window. */
  open: boolean
  port?: number
}

/**
 * Opens Electron where it can, else the web host in an installed browser, else serves and prints the address. Ends
 * when the window is closed or at Ctrl-C.
 */
export async function start(options: StartOptions): Promise<ExitCode> {
  await buildWhereNeeded()
  const wantsWeb = options.web || !options.open || options.port !== undefined
  if (!wantsWeb) {
    const exitCode = await startInElectron(options)
    if (exitCode !== undefined) return exitCode
  }
  return startInBrowser(options)
}

/** Undefined when Electron cannot be opened; the reason has been said. */
async function startInElectron(options: StartOptions): Promise<ExitCode | undefined> {
  const { signal, release } = catchInterrupts()
  try {
    const electron = await launchElectron({ home: homeFolder(options.home), arguments: [], onFetch: note })
    if (!electron.launched) {
      note(`Electron is not available: ${electron.reason}. Using a browser instead.`)
      return undefined
    }
    signal.addEventListener('abort', electron.close, { once: true })
    if (signal.aborted) electron.close()
    const code = await electron.exited
    return code === 0 || signal.aborted ? exitCodes.done : exitCodes.failed
  } finally {
    release()
  }
}

function startInBrowser(options: StartOptions): Promise<ExitCode> {
  return withWorkbench(options, async (workbench, signal) => {
    const port = options.port === undefined ? {} : { port: options.port }
    const host = await serveWeb({ workbench, rendererFolder, ...port })
    workbench.warmUp()
    try {
      await showWindow(host, options, signal)
    } finally {
      await host.close()
    }
    return exitCodes.done
  })
}

/** Resolves when the window is closed, or at Ctrl-C. */
async function showWindow(
  host: { address: string; addressForWindow(): string },
  options: StartOptions,
  signal: AbortSignal,
): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const window = options.open
    ? await openBrowserWindow(host.addressForWindow(), options)
    : { opened: false as const, reason: 'none was wanted' }
  if (window.opened) {
    print(host.address)
    // A browser that runs already on this home takes the window over and ends at once: then only Ctrl-C ends us.
    const handedOver = await hasSettled(window.exited)
    const how = handedOver ? 'Ctrl-C ends.' : 'Close the window or press Ctrl-C to end.'
    note(`Opened in ${window.description}. ${how}`)
    await (handedOver ? interrupted : Promise.race([window.exited, interrupted]))
    window.close()
    return
  }
  note(`No window: ${window.reason}. Open the address below in a browser; Ctrl-C ends.`)
  print(host.address)
  await interrupted
}

function hasSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ])
}
