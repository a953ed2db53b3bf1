/**
 * A real headless Chromium for tests: an installed one, else the one that @sparticuz/chromium carries in its npm
 * tarball (Linux x64), with the system libraries of that package where the machine lacks them.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import type { Browser, LaunchOptions } from 'playwright-core'
import { chromium } from 'playwright-core'
import { findBrowsers } from '../../src/main/hosts/web/browsers.ts'

export interface TestChromium {
  executablePath: string
  environment: NodeJS.ProcessEnv
  /** Name and version, for the line that says which browser a test ran in. */
  description: string
}

/** The first Chromium that answers, or in one line why there is none. */
export async function findChromium(): Promise<TestChromium | { missing: string }> {
  const reasons: string[] = []
  for (const { name, executable } of installedBrowsers()) {
    const version = await versionOf(executable, process.env)
    if (version.runs)
      return { executablePath: executable, environment: process.env, description: version.text }
    reasons.push(`${name}: ${version.text}`)
  }
  const carried = await findCarriedChromium()
  if (!('missing' in carried)) return carried
  return { missing: [...reasons, carried.missing].join('; ') }
}

/** Chromium from the registry alone: never an installed one. */
export async function findCarriedChromium(): Promise<TestChromium | { missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return {
      missing: 'no Chrome, Chromium, Edge or Brave is installed, and @sparticuz/chromium is for Linux x64',
    }
  const folder = await unpackCarriedChromium()
  const executablePath = path.join(folder, 'chromium')
  const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: path.join(folder, 'fonts') }
  const plain = { ...process.env, ...fonts }
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
    .filter(Boolean)
    .join(':')
  for (const environment of [plain, { ...plain, LD_LIBRARY_PATH: libraries }]) {
    const version = await versionOf(executablePath, environment)
    if (!version.runs && environment !== plain) return { missing: `@sparticuz/chromium: ${version.text}` }
    const own = environment === plain ? '' : ' and its own system libraries'
    if (version.runs)
      return { executablePath, environment, description: `${version.text} from @sparticuz/chromium${own}` }
  }
  throw new Error('unreachable')
}

/** Launches `found` headless, with a fresh profile. */
export function launchChromium(found: TestChromium, options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch(launchOptions(found, options))
}

/** What playwright-core needs to start `found`; for a persistent context too. */
export function launchOptions(found: TestChromium, options: LaunchOptions = {}): LaunchOptions {
  const { executablePath, environment } = found
  return {
    headless: true,
    executablePath,
    env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    // Chromium's sandbox does not run as root; containers that run tests usually are.
    chromiumSandbox: false,
    ...options,
    args: ['--disable-gpu', '--disable-background-networking', '--no-first-run', ...(options.args ?? [])],
  }
}

function installedBrowsers() {
  return findBrowsers({
    platform: process.platform,
    environment: process.env,
    homeFolder: os.homedir(),
    exists: existsSync,
  })
}

/** Unpacks into a folder named by the version, once; whoever finishes first among several test processes wins. */
async function unpackCarriedChromium(): Promise<string> {
  const require = createRequire(import.meta.url)
  const packageFolder = path.resolve(path.dirname(require.resolve('@sparticuz/chromium')), '..')
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'))
  const folder = path.join(os.tmpdir(), `attention-workbench-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(folder)) return folder
  const unpacking = await mkdtemp(`${folder}-`)
  const temporary = process.env.TMPDIR
  process.env.TMPDIR = unpacking // the package unpacks into os.tmpdir(), wherever that is
  try {
    const { default: carried, inflate } = await import('@sparticuz/chromium')
    await carried.executablePath()
    await inflate(path.join(packageFolder, 'bin', 'al2023.tar.br'))
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = temporary
  }
  await mkdir(path.dirname(folder), { recursive: true })
  await rename(unpacking, folder).catch(() => rm(unpacking, { recursive: true, force: true }))
  return folder
}

/** Whether `executable` starts, with its version or the last line that it complained with. */
function versionOf(
  executable: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ runs: boolean; text: string }> {
  // On Windows a browser answers --version by opening a window.
  if (process.platform === 'win32')
    return Promise.resolve({ runs: true, text: path.win32.basename(executable) })
  return new Promise((resolve) => {
    execFile(executable, ['--version'], { env: environment, timeout: 30_000 }, (error, output, errors) =>
      error
        ? resolve({ runs: false, text: errors.trim().split('\n').at(-1) || error.message })
        : resolve({ runs: true, text: output.trim().split('\n').at(-1)!.trim() }),
    )
  })
}
