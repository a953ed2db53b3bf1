/**
 * Which processes use this home right now, and which runs belong to each. A command line may train while the app is
 * open, and any of them may be killed.
 *
 * The rule: every process holds a lock on <home>/sessions/<session>/lock for as long as it lives. The lock is an
 * exclusive SQLite transaction, so the operating system lets go of it however the process ends, and no process id
 * is ever trusted. Before runs enter the database their ids are appended to <session>/runs, and again with a minus
 * before them when they have ended, since another process may then resume them. A run that has not
 * ended is therefore orphaned exactly when no locked session claims it. A file <session>/stop/<run> asks the owner
 * to stop that run, one in <session>/pause to pause it. <session>/room is there except while its runs wait for room on
 * the disk: to remove a file needs none.
 *
 * Whoever only looks needs no room either: a session that cannot be written down claims no runs and is not seen by others.
 */
import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'
import { lacksRoom, needingRoom } from '../fullDisk.ts'
import { newIdentifier } from './identifiers.ts'

/** What one session can ask of another for a run of that one: the names of folders. */
const requests = ['stop', 'pause'] as const
export type SessionRequest = (typeof requests)[number]

/** Longest wait for another process that is just starting on the same home. */
const startingTimeoutMs = 10_000

export interface Sessions {
  /** Of this process. */
  readonly id: string
  /** Makes runs ours: call it before they enter the database. @throws WorkbenchError disk-full */
  claim(runs: readonly string[]): void
  release(run: string): void
  /** Says to others whether there is room for what our runs report. */
  tellRoom(hasRoom: boolean): void
  /** Runs of other living sessions that wait for room. */
  waitingElsewhere(): Set<string>
  /** Sessions that are alive, this one included. */
  alive(): string[]
  /** The living session that claims each run, other than this one. */
  claimedElsewhere(): Map<string, string>
  /** Asks another session to stop, or to pause, its run. @throws WorkbenchError disk-full */
  request(what: SessionRequest, session: string, run: string): void
  /** What others asked of this session since the last call. */
  takeRequests(): { what: SessionRequest; run: string }[]
  close(): void
}

/** Removes what dead sessions left and opens one for this process. */
export function openSessions(folder: string): Sessions {
  const id = newIdentifier()
  const own = path.join(folder, id)
  let held: Database.Database | undefined
  /** Lines about our runs that found no room yet. */
  let unwritten: string[] = []

  /** Is seen by others from here on. */
  function enter(): void {
    fs.mkdirSync(folder, { recursive: true })
    // One at a time: a session between creating its lock file and locking it would look dead to another.
    const starting = lockOrThrow(path.join(folder, 'starting.lock'))
    try {
      for (const session of sessionsIn(folder))
        if (!isAlive(path.join(folder, session))) remove(path.join(folder, session))
      for (const what of requests) fs.mkdirSync(path.join(own, what), { recursive: true })
      fs.writeFileSync(path.join(own, 'room'), '')
      held = lockOrThrow(path.join(own, 'lock'))
    } catch (error) {
      remove(own)
      throw error
    } finally {
      starting.close()
    }
  }

  function append(...lines: string[]): void {
    unwritten.push(...lines)
    if (unwritten.length === 0) return
    // each after a line break: what came before may have been cut short for lack of room
    fs.appendFileSync(path.join(own, 'runs'), unwritten.map((line) => `\n${line}`).join('') + '\n')
    unwritten = []
  }

  try {
    enter()
  } catch (error) {
    if (!lacksRoom(error)) throw error
  }

  const others = () =>
    sessionsIn(folder).filter((session) => session !== id && isAlive(path.join(folder, session)))
  return {
    id,
    claim(runs) {
      needingRoom('another run', () => {
        if (!held) enter()
        try {
          append(...runs)
        } catch (error) {
          unwritten = unwritten.filter((line) => !runs.includes(line))
          throw error
        }
      })
    },
    release(run) {
      attempt(() => append(`-${run}`))
    },
    tellRoom(hasRoom) {
      const file = path.join(own, 'room')
      if (hasRoom) attempt(() => fs.writeFileSync(file, ''))
      else fs.rmSync(file, { force: true })
    },
    waitingElsewhere: () =>
      new Set(
        sessionsIn(folder)
          .map((session) => path.join(folder, session))
          .filter((session) => session !== own && !fs.existsSync(path.join(session, 'room')))
          .filter(isAlive)
          .flatMap((session) => [...claimedBy(session)]),
      ),
    alive: () => [id, ...others()],
    claimedElsewhere() {
      const claims = new Map<string, string>()
      for (const session of others())
        for (const run of claimedBy(path.join(folder, session))) claims.set(run, session)
      return claims
    },
    request(what, session, run) {
      needingRoom(`the request to ${what} run ${run}`, () =>
        fs.writeFileSync(path.join(folder, session, what, run), ''),
      )
    },
    takeRequests() {
      attempt(() => {
        if (!held) enter()
        append()
      })
      return requests.flatMap((what) =>
        readFolder(path.join(own, what)).map((run) => {
          fs.rmSync(path.join(own, what, run), { force: true })
          return { what, run }
        }),
      )
    },
    close() {
      held?.close()
      remove(own)
    },
  }
}

/** Does `work`, where there is room for it. */
function attempt(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!lacksRoom(error)) throw error
  }
}

/** What another process is looking at in this moment may stay behind: the next one to start removes it. */
function remove(session: string): void {
  try {
    fs.rmSync(session, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  } catch {
    // it holds no lock: nobody takes it for alive
  }
}

/** An exclusive lock on a file, held until it is closed, or null when someone else holds it for `timeoutMs`. */
function lock(file: string, timeoutMs: number, options: Database.Options = {}): Database.Database | null {
  const database = new Database(file, { ...options, timeout: timeoutMs })
  try {
    database.pragma('journal_mode = MEMORY') // the first transaction on an empty file would write a journal: no room is needed so
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null
    throw error
  }
}

function lockOrThrow(file: string): Database.Database {
  const database = lock(file, startingTimeoutMs)
  if (database) return database
  throw new WorkbenchError(
    'home-unwritable',
    `${file} stays locked by another process.`,
    'Close other workbenches that are starting on this home, or choose another home.',
  )
}

function isAlive(session: string): boolean {
  const file = path.join(session, 'lock')
  if (!fs.existsSync(file)) return false
  try {
    const taken = lock(file, 0, { fileMustExist: true })
    taken?.close()
    return taken === null
  } catch (error) {
    if (!fs.existsSync(file)) return false // it closed in this moment
    throw error
  }
}

const sessionsIn = (folder: string) =>
  readFolder(folder).filter((name) =>
    fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory(),
  )

function readFolder(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : []
}

/** Runs that a session claimed and has not released since. */
function claimedBy(session: string): Set<string> {
  const claimed = new Set<string>()
  for (const line of readLines(path.join(session, 'runs')))
    if (line.startsWith('-')) claimed.delete(line.slice(1))
    else claimed.add(line)
  return claimed
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // nothing claimed, or closed in this moment
    throw error
  }
}
