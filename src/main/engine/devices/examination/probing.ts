/** Starts a probe (probe.ts) and waits for its answer, whatever becomes of it. */
import { fork } from 'node:child_process'
import { deviceProbeFile } from '../../../paths.ts'
import type { ProbeKind, ProbeMessage } from './probe.ts'

/** The entry of the process, and the milliseconds after which a driver that has not answered does not count as working. */
const usual = { file: deviceProbeFile, limitMs: 10_000 }

export type ProbeAnswer = ProbeMessage & {
  /** What the probe, or a library in it, said on standard error. */
  readonly log: string
}
export type Probe = (kind: ProbeKind, environment?: NodeJS.ProcessEnv) => Promise<ProbeAnswer>

/** @param environment variables beside those of this process */
export function probe(
  kind: ProbeKind,
  environment: NodeJS.ProcessEnv = {},
  { file, limitMs } = usual,
): Promise<ProbeAnswer> {
  const child = fork(file, [kind], {
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let log = ''
  let answer: ProbeMessage | undefined
  let late = false
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.on('message', (message: ProbeMessage) => (answer = message))
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, limitMs)
  return new Promise((resolve) => {
    const end = (message: string) => {
      clearTimeout(timer)
      resolve({ ...(answer ?? { works: false, message }), log })
    }
    child.on('error', (error) => end(error.message))
    child.on('close', (code, signal) =>
      end(late ? `It did not answer within ${limitMs / 1000} s` : `It ended by ${signal ?? `code ${code}`}`),
    )
  })
}
