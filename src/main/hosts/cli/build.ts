/** Builds out/ in a checkout when it is missing or older than what it is made of. */
import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { packageRoot } from '../../paths.ts'
import { note } from './output.ts'

/** One file of each bundle, written last or together with the rest of it. */
const outputs = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']
const inputs = ['src/**/*.*', 'resources/icons/**', 'electron.vite.config.ts', 'package.json']

/** @throws WorkbenchError internal, with the last lines of the build, when it fails */
export async function buildWhereNeeded(root = packageRoot): Promise<void> {
  if (!needsBuild(root)) return
  note('Building the window: once, and again when the sources change.')
  const { code, output } = await run(electronVite(root), root)
  if (code !== 0)
    throw new WorkbenchError(
      'internal',
      `The build failed: ${output.trim().split('\n').slice(-5).join(' ')}`,
      'Run "npm run build" to see all of it.',
    )
}

/** An installed package carries its bundles and has nothing to build them from. */
export function needsBuild(root: string): boolean {
  if (!existsSync(path.join(root, 'src'))) return false
  const built = outputs.map((file) => modified(path.join(root, file)))
  const sources = globSync(inputs, { cwd: root }).map((file) => modified(path.join(root, file)))
  return Math.min(...built) < Math.max(...sources)
}

/** Milliseconds since 1970; 0 for a file that is missing. */
const modified = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

function electronVite(root: string): string {
  try {
    const manifest = createRequire(path.join(root, 'package.json')).resolve('electron-vite/package.json')
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> }
    return path.join(path.dirname(manifest), bin['electron-vite']!)
  } catch {
    throw new WorkbenchError(
      'internal',
      'The window is not built, and electron-vite is not installed.',
      'Run "npm ci".',
    )
  }
}

function run(script: string, cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'build'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
