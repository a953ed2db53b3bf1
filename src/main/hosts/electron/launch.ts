/**
 * Starts the Electron host from plain Node. It does not import `electron`: outside Electron that module downloads
 * its binary when it is loaded, for as long as it takes.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { packageRoot } from '../../paths.ts'
import { missingDisplay, sandboxArguments, startWindow } from '../desktop.ts'

export interface LaunchOptions {
  home: string
  /** Passed on to the app. */
  arguments: string[]
  /** Hears, in one line, that the binary is being fetched: it has about 100 MB. */
  onFetch?: (line: string) => void
}
export type Launch =
  { launched: true; exited: Promise<number>; close(): void } | { launched: false; reason: string }

const fetchTimeoutMs = 60_000

/** Opens the app in Electron, fetching its binary once if need be; says in one line why it cannot. */
export async function launchElectron(options: LaunchOptions): Promise<Launch> {
  const noDisplay = missingDisplay()
  if (noDisplay) return { launched: false, reason: noDisplay }
  if (!existsSync(path.join(packageRoot, 'out', 'main', 'index.js')))
    return { launched: false, reason: 'the app is not built (npm run build)' }
  const folder = electronFolder()
  if (!folder) return { launched: false, reason: 'the package electron is not installed' }
  if (!electronBinary(folder)) {
    options.onFetch?.('Fetching Electron, which takes a minute at most ...')
    const failure = await fetchElectron(folder)
    if (failure) return { launched: false, reason: failure }
  }
  const binary = electronBinary(folder)
  if (!binary) return { launched: false, reason: 'its binary is missing after the download' }
  const window = await startWindow(
    binary,
    [packageRoot, ...sandboxArguments().arguments, ...options.arguments],
    { ...process.env, ELECTRON_RUN_AS_NODE: undefined, ATTENTION_WORKBENCH_HOME: options.home },
  )
  return window.started
    ? { launched: true, exited: window.exited, close: window.close }
    : { launched: false, reason: `it did not start: ${window.reason}` }
}

/** The folder of the npm package `electron`, or undefined where it is not installed. */
export function electronFolder(): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

/**
 * The binary that `folder`'s installer left, as its path.txt names it; undefined where there is none. The installer
 * writes that file last: without it, what lies in dist/ is half unpacked.
 */
export function electronBinary(folder: string): string | undefined {
  const pathFile = path.join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const binary = elsewhere
    ? path.join(elsewhere, name ?? 'electron')
    : name && path.join(folder, 'dist', name)
  return binary && existsSync(binary) ? binary : undefined
}

/** Runs the package's own installer. Resolves with the reason when it fails, in one line. */
function fetchElectron(folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const installer = path.join(folder, 'install.js')
    execFile(process.execPath, [installer], { timeout: fetchTimeoutMs }, (error, _output, errors) => {
      if (!error) return resolve(undefined)
      const cause = error.killed
        ? `not done after ${fetchTimeoutMs / 1000} seconds; "npx install-electron" has no limit`
        : (firstLine(errors) ?? error.message)
      resolve(`its binary could not be fetched (${cause})`)
    })
  })
}

/** The message of an error that ended a program, without its class and stack. */
const firstLine = (text: string) =>
  text
    .trim()
    .split('\n')[0]
    ?.replace(/^\w*Error: /, '')
    .trim() || undefined
