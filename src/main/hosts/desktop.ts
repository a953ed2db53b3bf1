/** What both ways to open a window share: whether there is a screen to open it on, and starting its program. */
import { spawn } from 'node:child_process'

/** Why no window can be shown here, or undefined where one can. */
export function missingDisplay(
  platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (platform !== 'linux' || environment.DISPLAY || environment.WAYLAND_DISPLAY) return undefined
  return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)'
}

/** Chromium's sandbox does not run as root; without this argument it would refuse to start. */
export function sandboxArguments(userId = process.getuid?.()): { arguments: string[]; note: string } {
  return userId === 0
    ? { arguments: ['--no-sandbox'], note: ", without Chromium's sandbox, which does not run as root" }
    : { arguments: [], note: '' }
}

export type Started =
  { started: true; exited: Promise<number>; close(): void } | { started: false; reason: string }

/**
 * Starts a program that opens a window. One that fails within `graceMs` (a missing library, a display that refuses)
 * counts as not started, with the last line it wrote as the reason. A program that ends well within that time has
 * handed its window over to one that runs already. `exited` resolves with the exit code, 1 for a signal.
 */
export function startWindow(
  executable: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  graceMs = 1500,
): Promise<Started> {
  return new Promise((resolve) => {
    const child = spawn(executable, parameters, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    const exited = new Promise<number>((ended) => child.on('exit', (code) => ended(code ?? 1)))
    child.on('error', (error) => resolve({ started: false, reason: error.message }))
    const started = () => resolve({ started: true, exited, close: () => void child.kill() })
    const timer = setTimeout(started, graceMs)
    void exited.then((code) => {
      clearTimeout(timer)
      if (code === 0) started()
      else resolve({ started: false, reason: lastLine(said) ?? `it ended with code ${code}` })
    })
  })
}

/** The last line of `text` that is about the failure: Chromium prefixes its lines, and many are about D-Bus. */
const lastLine = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('dbus'))
    .at(-1)
    ?.replace(/^\[[^\]]*\]/, '')
    .trim()
