/** Starts a probe (probe.ts) and waits for its answer, whatever becomes of it. */
import { fork } from 'node:child_process'
import { deviceProbeFile } from '../../../paths.ts'
import type { ProbeKind, ProbeMessage } from './probe.ts'

/** A driver that has not answered after this many milliseconds does not count as working. */
const limitMs = 10_000

export type ProbeAnswer = ProbeMessage & {
  /** What the probe, or a library in it, said on standard error. */
  readonly log: string
}
export type Probe = (kind: ProbeKind, environment?: NodeJS.ProcessEnv) => Promise<ProbeAnswer>

/** @param environment variables beside those of this process */
export const probe: Probe = (kind, environment = {}) =>
  new Promise((resolve) => {
    const child = fork(deviceProbeFile, [kind], {
      env: { ...process.env, ...environment },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let log = ''
    let answer: ProbeMessage | undefined
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, limitMs)
    const end = (message: string) => {
      clearTimeout(timer)
      resolve({ ...(answer ?? { works: false, message }), log })
    }
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text))
    child.on('message', (message: ProbeMessage) => (answer = message))
    child.on('error', (error) => end(error.message))
    child.on('close', (code, signal) =>
      end(late ? `It did not answer within ${limitMs / 1000} s` : `It ended by ${signal ?? `code ${code}`}`),
    )
  })
