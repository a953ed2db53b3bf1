/** Opens the web host's address as an app window (no tabs, no address bar) of an installed browser. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { homeFolder } from '../../paths.ts'
import { missingDisplay, sandboxArguments, startWindow } from '../desktop.ts'
import type { Browser } from './browsers.ts'
import { findBrowsers } from './browsers.ts'

export type BrowserWindowResult =
  | { opened: true; description: string; exited: Promise<void>; close(): void }
  | { opened: false; reason: string }

/**
 * Opens `address` in the first installed browser that starts. `exited` resolves when the person closes the window,
 * or at once when a browser that already runs on the same home shows it; `close` ends the browser.
 */
export async function openBrowserWindow(
  address: string,
  options: { home?: string } = {},
): Promise<BrowserWindowResult> {
  const noDisplay = missingDisplay()
  if (noDisplay) return { opened: false, reason: noDisplay }
  const browsers = findBrowsers({
    platform: process.platform,
    environment: process.env,
    homeFolder: os.homedir(),
    exists: existsSync,
  })
  const reasons: string[] = []
  for (const browser of browsers) {
    const profile = profileFolder(browser, homeFolder(options.home))
    await mkdir(profile, { recursive: true })
    const sandbox = sandboxArguments()
    const window = await startWindow(browser.executable, [
      ...windowArguments(address, profile),
      ...sandbox.arguments,
    ])
    if (window.started)
      return {
        opened: true,
        description: `${browser.name}${sandbox.note}`,
        exited: window.exited.then(() => {}),
        close: window.close,
      }
    reasons.push(`${browser.name} did not start: ${window.reason}`)
  }
  return {
    opened: false,
    reason:
      reasons.join('; ') || 'no Chrome, Chromium, Edge or Brave is installed (CHROME_PATH can name one)',
  }
}

/** A profile of its own, so that no extension, account or setting of the person's browser takes part. */
export function windowArguments(address: string, profile: string): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--window-size=1360,900',
    '--no-first-run',
    '--no-default-browser-check',
    // Nothing leaves the machine: no sync, no update checks, no field trials.
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
  ]
}

/** A browser from a snap may not write to hidden folders, where the home lies on Linux. */
function profileFolder(browser: Browser, home: string): string {
  return browser.executable.startsWith('/snap/')
    ? path.join(os.homedir(), 'snap', path.basename(browser.executable), 'common', 'attention-workbench')
    : path.join(home, 'browser')
}
