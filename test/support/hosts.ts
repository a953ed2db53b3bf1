/**
 * The app in each of the windows it can have, so that one test runs in all of them: the web host in a real headless
 * Chromium, the built Electron host on the stand-in, and Electron itself where its binary is installed.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { _electron } from 'playwright-core'
import { missingDisplay, sandboxArguments } from '../../src/main/hosts/desktop.ts'
import { electronBinary, electronFolder } from '../../src/main/hosts/electron/launch.ts'
import { serveWeb } from '../../src/main/hosts/web/index.ts'
import { packageRoot, preloadFile, rendererFolder } from '../../src/main/paths.ts'
import { createWorkbench } from '../../src/main/workbench.ts'
import type { TestChromium } from './chromium.ts'
import { findChromium, launchChromium } from './chromium.ts'
import { launchStandIn } from './electron-stand-in/launch.ts'

export interface TestWindow {
  page: Page
  close(): Promise<void>
}
export interface TestHost {
  name: string
  /** Why it cannot run on this machine; absent where it can. */
  missing?: string
  /** Opens the app on `home`. Every file that the test will drop must lie in `filesFolder`. */
  open(options: { home: string; filesFolder: string }): Promise<TestWindow>
}

/**
 * Where a story runs that says nothing of its host: in one of them, and with `npm run test:long` in all. main-job, images
 * and library run everywhere every time.
 */
export async function findOneHost(): Promise<TestHost[]> {
  const hosts = await findHosts()
  return import.meta.env.MODE === 'long' ? hosts : hosts.slice(0, 1)
}

/** The hosts, each with a line on stderr that says what it runs in or why it cannot. */
export async function findHosts(): Promise<TestHost[]> {
  requireBuild()
  const browser = await findChromium()
  const found = 'missing' in browser ? undefined : browser
  const missing = 'missing' in browser ? { missing: browser.missing } : {}
  const hosts: TestHost[] = [
    { name: 'the web host', ...missing, open: ({ home }) => openWebHost(home, found!) },
    {
      name: 'the Electron host on the stand-in',
      ...missing,
      open: (options) => openStandIn({ ...options, browser: found! }),
    },
    findElectron(),
  ]
  for (const host of hosts)
    process.stderr.write(
      `${host.name}: ${host.missing ? `skipped, ${host.missing}` : whatRuns(host, found)}\n`,
    )
  return hosts
}

const whatRuns = (host: TestHost, browser: TestChromium | undefined) =>
  host.name === 'Electron' ? 'its own binary' : `in ${browser?.description}`

/** Tests run what is built and do not build: `npm test` does that before. */
export function requireBuild(): void {
  const main = path.join(packageRoot, 'out', 'main', 'index.js')
  const absent = [main, preloadFile, path.join(rendererFolder, 'index.html')].filter(
    (file) => !existsSync(file),
  )
  if (absent.length > 0) throw new Error(`Not built: ${absent.join(', ')}. Run "npm run build" first.`)
}

async function openWebHost(home: string, found: TestChromium): Promise<TestWindow> {
  const workbench = await createWorkbench({ home })
  const host = await serveWeb({ workbench, rendererFolder })
  const browser = await launchChromium(found)
  const page = await browser.newPage()
  await page.goto(host.address)
  return {
    page,
    async close() {
      await browser.close()
      await host.close()
      await workbench.close()
    },
  }
}

async function openStandIn(options: {
  home: string
  filesFolder: string
  browser: TestChromium
}): Promise<TestWindow> {
  const { page, close } = await launchStandIn({ packageFolder: packageRoot, ...options })
  return {
    page,
    async close() {
      const code = await close()
      if (code !== 0) throw new Error(`The app ended with code ${code}.`)
    },
  }
}

function findElectron(): TestHost {
  const folder = electronFolder()
  const executablePath = folder && electronBinary(folder)
  const missing = executablePath ? missingDisplay() : 'its binary is not installed (npx install-electron)'
  return {
    name: 'Electron',
    ...(missing === undefined ? {} : { missing }),
    async open({ home }) {
      const app = await _electron.launch({
        executablePath: executablePath!,
        args: [packageRoot, ...sandboxArguments().arguments],
        env: { ...(process.env as Record<string, string>), ATTENTION_WORKBENCH_HOME: home },
      })
      return { page: await app.firstWindow(), close: () => app.close() }
    },
  }
}
