/** Runs the built app on the stand-in, in a process of its own, and gives the test its page. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { TestChromium } from '../chromium.ts'
import { settingsEnvironment } from './settings.ts'

const register = pathToFileURL(fileURLToPath(new URL('./register.ts', import.meta.url))).href

/** Starts `packageFolder`'s out/main/index.js. `close` quits the app as SIGTERM does and resolves with its exit code. */
export async function launchStandIn(options: {
  packageFolder: string
  home: string
  filesFolder: string
  browser: TestChromium
}): Promise<{ page: Page; close(): Promise<number> }> {
  const debuggingPort = await freePort()
  const entry = path.join(options.packageFolder, 'out', 'main', 'index.js')
  const child = spawn(process.execPath, ['--import', register, entry], {
    env: {
      ...process.env,
      ...settingsEnvironment({ ...options, debuggingPort }),
      ATTENTION_WORKBENCH_HOME: options.home,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const exited = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
  let ended = false
  void exited.then(() => (ended = true))

  const address = `http://127.0.0.1:${debuggingPort}`
  while (!(await answers(`${address}/json/version`))) {
    if (ended) throw new Error(`The app ended before its window opened: ${complaints}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const browser = await chromium.connectOverCDP(address)
  const context = browser.contexts()[0]!
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  return {
    page,
    async close() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

const answers = (address: string) =>
  fetch(address).then(
    (response) => response.ok,
    () => false,
  )

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
