/**
 * The checkpoints of one run, in a folder of its own: the last two that were written, which hold weights and moments,
 * and the best, which holds weights only. Writing goes on beside training; a failure is told and never thrown. Where the
 * disk has no room it is tried again until there is some: training waits meanwhile.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'
import type { Specifications } from '../engine/program.ts'
import { sameShape } from '../engine/tracing/shapes.ts'
import { readCheckpoint, temporarySuffix, writeCheckpoint, type Checkpoint } from './checkpoint.ts'

/** Least time between two regular checkpoints, in milliseconds: what a kill costs, against what writing costs. */
const defaultIntervalMs = 30_000
/** Where evaluations are rarer than this many intervals, checkpoints are written between them. */
const longestIntervals = 4
const kept = 2
/** How often writing is tried where the disk has no room, in milliseconds. */
const defaultRetryMs = 1000

const suffix = '.safetensors'
const fileOf = (step: number) => `step-${String(step).padStart(9, '0')}${suffix}`
export const bestFile = `best${suffix}`
const stepOf = (name: string) => Number(/\d+/.exec(name)?.[0])
export const isRegular = (name: string) => name.startsWith('step-') && name.endsWith(suffix)

export interface CheckpointOptions {
  /** Made when the first checkpoint is written. */
  readonly folder: string
  /** Hash of what the run is (identity.ts): checkpoints of anything else are not used. */
  readonly configuration: string
  readonly intervalMs?: number
  readonly retryMs?: number
}

/** Who hears how writing goes. */
export interface CheckpointListener {
  /** Told once, until writing succeeds again. */
  onFailure(step: number, reason: string): void
  /** Hears the error when the disk has no room, and null when it has some again, or nobody waits for it any more. */
  onFull(error: ErrorRecord | null): void
  /** Once it is aborted a checkpoint that finds no room is a failure: a run that is to end does not wait. */
  readonly signal: AbortSignal
}

/** A checkpoint that was found and could not be used. */
export interface Unusable {
  readonly file: string
  /** The end of a sentence about the file. */
  readonly reason: string
}

export interface Checkpoints {
  /**
   * The latest checkpoint up to `lastStep` that is whole, of this run and made of tensors like `state`, if there is one.
   * Removes later ones, and what a killed process left half-written.
   */
  restore(state: Specifications, lastStep: number): Promise<{ checkpoint?: Checkpoint; unusable: Unusable[] }>
  /** Whether it is time for a regular one, while none waits to be written. */
  isDue(evaluated: boolean): boolean
  /** Takes a checkpoint to write: after those before it, never two at a time. */
  keep(checkpoint: Checkpoint): void
  /** The same for the best weights. One that still waits to be written is replaced. */
  keepBest(checkpoint: Checkpoint): void
  /** While the disk has no room: resolved when what waits for it is written, or has failed. */
  readonly room: Promise<void> | undefined
  /** Resolves when everything taken is written, or has failed. */
  settle(): Promise<void>
}

/** The checkpoints in the folder of a run, steps ascending, the best last; none where it never wrote one. */
export async function checkpointFiles(
  folder: string,
): Promise<{ file: string; step: number | null; bytes: number; writtenAt: string }[]> {
  const names = await fs.readdir(folder).catch(() => [])
  const files = names.filter((name) => isRegular(name) || name === bestFile).sort()
  const found = await Promise.all(
    [...files.filter(isRegular), ...files.filter((name) => name === bestFile)].map(async (file) => {
      const status = await fs.stat(path.join(folder, file)).catch(() => undefined) // replaced meanwhile
      return (
        status && {
          ...{ file, step: isRegular(file) ? stepOf(file) : null },
          ...{ bytes: status.size, writtenAt: status.mtime.toISOString() },
        }
      )
    }),
  )
  return found.filter((entry) => entry !== undefined)
}

export function openCheckpoints(
  { folder, configuration, intervalMs = defaultIntervalMs, retryMs = defaultRetryMs }: CheckpointOptions,
  { onFailure, onFull, signal }: CheckpointListener,
): Checkpoints {
  /** Regular checkpoints by name, oldest first; those from before this process included. */
  let known: string[] = []
  let lastTaken = performance.now()
  const waiting = new Map<string, Checkpoint>()
  let writing: Promise<void> | undefined
  /** Whether a regular one waits or is being written. The best, where losses fall quickly, may always be. */
  let regularWaits = false
  let failing = false
  let full: PromiseWithResolvers<void> | undefined

  async function list(): Promise<string[]> {
    const names = await fs.readdir(folder).catch(() => []) // no folder yet: no checkpoints
    const leftovers = names.filter((name) => name.endsWith(temporarySuffix))
    await Promise.all(leftovers.map((name) => fs.rm(path.join(folder, name), { force: true })))
    return names.filter(isRegular).sort()
  }

  async function read(name: string, state: Specifications): Promise<Checkpoint> {
    const checkpoint = await readCheckpoint(path.join(folder, name))
    if (checkpoint.configuration !== configuration) throw new Error('it belongs to another run')
    const { tensors } = checkpoint
    const fits = Object.entries(state).every(
      ([tensor, { shape }]) => tensors[tensor] && sameShape(tensors[tensor].shape, shape),
    )
    if (!fits) throw new Error('its tensors are not those of this program')
    return checkpoint
  }

  /** Writes it as soon as there is room, unless nobody waits for that. */
  async function writeWithRoom(name: string, checkpoint: Checkpoint): Promise<void> {
    try {
      for (;;)
        try {
          return await writeCheckpoint(path.join(folder, name), checkpoint)
        } catch (error) {
          if (!lacksRoom(error) || signal.aborted) throw error
          if (!full) onFull(waitsFor(checkpoint.step, error))
          full ??= Promise.withResolvers()
          await sleep(retryMs, undefined, { signal }).catch(() => undefined)
        }
    } finally {
      if (full) onFull(null)
      full?.resolve()
      full = undefined
    }
  }

  async function write(name: string, checkpoint: Checkpoint): Promise<void> {
    try {
      await writeWithRoom(name, checkpoint)
      if (isRegular(name)) {
        known = [...known.filter((other) => other !== name), name]
        const obsolete = known.splice(0, Math.max(0, known.length - kept))
        await Promise.all(obsolete.map((other) => fs.rm(path.join(folder, other), { force: true })))
      }
      failing = false
    } catch (error) {
      if (!failing) onFailure(checkpoint.step, error instanceof Error ? error.message : String(error))
      failing = true
    }
  }

  async function writeAll(): Promise<void> {
    for (let next; (next = waiting.entries().next().value);) {
      waiting.delete(next[0])
      await write(...next)
      if (isRegular(next[0])) regularWaits = false
    }
    writing = undefined
  }

  function take(name: string, checkpoint: Checkpoint): void {
    waiting.set(name, checkpoint)
    writing ??= writeAll()
  }

  return {
    async restore(state, lastStep) {
      const names = await list()
      // on a device that does not repeat exactly, a later one would belong to another course of the run
      const ahead = names.filter((name) => stepOf(name) > lastStep)
      await Promise.all(ahead.map((name) => fs.rm(path.join(folder, name), { force: true })))
      const usable = names.slice(0, names.length - ahead.length)
      const unusable: Unusable[] = []
      let checkpoint: Checkpoint | undefined
      for (const name of usable.toReversed()) {
        try {
          checkpoint = await read(name, state)
          break
        } catch (error) {
          unusable.push({ file: name, reason: error instanceof Error ? error.message : String(error) })
        }
      }
      // the newest ones, where they are of no use, count as the oldest: they are the first to be removed
      const good = checkpoint ? usable.length - unusable.length : 0
      known = [...usable.slice(good), ...usable.slice(0, good)]
      return { ...(checkpoint && { checkpoint }), unusable }
    },
    isDue: (evaluated) =>
      !regularWaits && performance.now() - lastTaken >= intervalMs * (evaluated ? 1 : longestIntervals),
    keep(checkpoint) {
      lastTaken = performance.now()
      regularWaits = true
      take(fileOf(checkpoint.step), checkpoint)
    },
    keepBest: (checkpoint) => take(bestFile, checkpoint),
    get room() {
      return full?.promise
    },
    settle: async () => {
      await writing
    },
  }
}

const waitsFor = (step: number, error: unknown): ErrorRecord =>
  errorRecord(
    diskFull(
      `the checkpoint of step ${step}: ${(error as Error).message}`,
      'Make room on it: the run waits meanwhile and goes on by itself.',
    ),
  )

/** Whether the folder holds anything that a run could go on from, as far as the names tell. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await fs.readdir(folder).catch(() => [])).some(isRegular)
}
