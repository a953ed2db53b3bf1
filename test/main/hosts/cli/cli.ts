/** Runs the command line for real: a process, its streams, its exit code, and a home of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'

export const launcher = path.resolve('bin/attention-workbench.mjs')

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  /** Resolves with the first text of a stream that matches. Rejects when the process ends before. */
  hears(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<Outcome>
}

/** A folder that is removed after the tests of this file. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-cli-'))
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Starts a command, in a process group of its own, on the home that ATTENTION_WORKBENCH_HOME names. */
export function startCli(
  home: string,
  parameters: readonly string[],
  { node = process.execPath, environment = {} as NodeJS.ProcessEnv } = {},
): Running {
  const colour = { NO_COLOR: undefined, FORCE_COLOR: undefined }
  const child = spawn(node, [launcher, ...parameters], {
    env: { ...process.env, ...colour, ATTENTION_WORKBENCH_HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  afterAll(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  })
  const said = { stdout: '', stderr: '' }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...said }))
  })
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text))
  return {
    child,
    ended,
    hears: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = said[stream].match(pattern)
          if (match) resolve(match)
        }
        look()
        child[stream].on('data', look)
        void ended.then((outcome) => reject(new Error(`It ended first: ${JSON.stringify(outcome)}`)))
      }),
  }
}

export const runCli = (home: string, ...parameters: string[]): Promise<Outcome> =>
  startCli(home, parameters).ended

/** The one JSON document on stdout. */
export async function runJson(home: string, ...parameters: string[]) {
  const outcome = await runCli(home, ...parameters, '--json')
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  return { ...outcome, document: JSON.parse(outcome.stdout) as any }
}

/** Names of the datasets and runs that a home holds, and of whatever is on its way. */
export async function contentOf(home: string) {
  const { document: datasets } = await runJson(home, 'datasets')
  const { document: runs } = await runJson(home, 'runs')
  return {
    datasets: (datasets as { name: string }[]).map(({ name }) => name),
    runs: (runs as { attention: string }[]).map(({ attention }) => attention),
    leftovers: ['library', 'uploads'].flatMap((folder) =>
      fs.readdirSync(path.join(home, folder)).filter((name) => !/^[0-9a-f]{12}$/.test(name)),
    ),
  }
}

/** A model so small that a run is over in a moment. */
export const tiny = [
  'layers=1',
  'heads=2',
  'width=16',
  'context=16',
  'batchSize=4',
  'evaluationTokens=512',
].flatMap((setting) => ['--set', setting])
