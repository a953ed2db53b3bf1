/** Measures cases side by side: every round gives each program a turn, so that all meet the same state of the machine. */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { DeviceChoice } from '../src/shared/experiment.ts'
import type { Case } from './cases.ts'

export interface Turn {
  readonly times: number[]
  readonly memoryBytes: number
}
/** A program that has been started and compiled, and steps when asked. */
export interface Contestant {
  readonly compileMs: number
  readonly version?: string
  steps(count: number): Promise<Turn>
  end(): void
}

export async function startOurs(benchCase: Case, threads: number, device: DeviceChoice): Promise<Contestant> {
  const child = fork(new URL('./subject.ts', import.meta.url), [benchCase.id, String(threads), device])
  const [{ compileMs }] = (await messageOf(child)) as [{ compileMs: number }]
  return {
    compileMs,
    async steps(count) {
      child.send(count)
      const [turn] = (await messageOf(child)) as [Turn]
      return turn
    },
    end: () => child.kill(),
  }
}

function messageOf(child: ChildProcess): Promise<unknown[]> {
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`The process ended with code ${code}.`)),
  )
  return Promise.race([once(child, 'message'), ended])
}

export interface PeerOptions {
  readonly python: string
  readonly threads: number
  readonly device: 'cpu' | 'cuda'
  readonly compiled: boolean
}

/** PyTorch; null where this Python has none. */
export async function startPeer(benchCase: Case, options: PeerOptions): Promise<Contestant | null> {
  const { python, threads, device, compiled } = options
  const script = new URL('./peer.py', import.meta.url).pathname
  const environment = {
    ...process.env,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  }
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'], env: environment })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = once(child, 'error').then(() => ({ done: true as const, value: undefined }))
  const answer = async <T>(question: string): Promise<T | null> => {
    child.stdin.on('error', () => {}) // a Python without torch ends before it reads
    child.stdin.write(`${question}\n`)
    const { done, value } = await Promise.race([lines.next(), failed])
    return done ? null : (JSON.parse(value as string) as T)
  }
  const { id, kind, attention, configuration } = benchCase
  const started = await answer<{ compileMs: number; version: string }>(
    JSON.stringify({ id, kind, attention, configuration, threads, device, compiled }),
  )
  if (!started) return null
  return {
    ...started,
    async steps(count) {
      const turn = await answer<Turn>(String(count))
      if (!turn) throw new Error(`PyTorch ended while it trained ${id}.`)
      return turn
    },
    end: () => child.kill(),
  }
}

export interface Figures {
  readonly medianMs: number
  readonly bestMs: number
  readonly compileMs: number
  readonly memoryBytes: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Gives every contestant `rounds` turns of `stepsPerTurn` steps, in rotating order, after one turn that is not counted.
 * `between` runs once a round.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
  stepsPerTurn: number,
  between: () => Promise<void>,
): Promise<Figures[]> {
  const times = contestants.map((): number[] => [])
  const memory = contestants.map(() => 0)
  for (const contestant of contestants) await contestant.steps(Math.min(stepsPerTurn, 3))
  for (let round = 0; round < rounds; round++) {
    await between()
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + round) % contestants.length
      const taken = await contestants[index]!.steps(stepsPerTurn)
      times[index]!.push(...taken.times)
      memory[index] = Math.max(memory[index]!, taken.memoryBytes)
    }
  }
  return contestants.map(({ compileMs }, index) => ({
    medianMs: median(times[index]!),
    bestMs: Math.min(...times[index]!),
    compileMs,
    memoryBytes: memory[index]!,
  }))
}
