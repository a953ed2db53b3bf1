/**
 * Which processes use this home right now, and which runs belong to each. A command line may train while the app is
 * open, and any of them may be killed.
 *
 * The rule: every process holds a lock on <home>/sessions/<session>/lock for as long as it lives. The lock is an
 * exclusive SQLite transaction, so the operating system lets go of it however the process ends, and no process id
 * is ever trusted. Before runs enter the database their ids are appended to <session>/runs, and again with a minus
 * before them when they have ended, since another process may then resume them. A run that has not
 * ended is therefore orphaned exactly when no locked session claims it. A file <session>/stop/<run> asks the owner
 * to stop that run, one in <session>/pause to pause it.
 */
import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'
import { newIdentifier } from './identifiers.ts'

/** What one session can ask of another for a run of that one: the names of folders. */
const requests = ['stop', 'pause'] as const
export type SessionRequest = (typeof requests)[number]

/** Longest wait for another process that is just starting on the same home. */
const startingTimeoutMs = 10_000

export interface Sessions {
  /** Of this process. */
  readonly id: string
  /** Makes runs ours: call it before they enter the database. */
  claim(runs: readonly string[]): void
  release(run: string): void
  /** Sessions that are alive, this one included. */
  alive(): string[]
  /** The living session that claims each run, other than this one. */
  claimedElsewhere(): Map<string, string>
  /** Asks another session to stop, or to pause, its run. */
  request(what: SessionRequest, session: string, run: string): void
  /** What others asked of this session since the last call. */
  takeRequests(): { what: SessionRequest; run: string }[]
  close(): void
}

/** Removes what dead sessions left and opens one for this process. */
export function openSessions(folder: string): Sessions {
  fs.mkdirSync(folder, { recursive: true })
  const id = newIdentifier()
  const own = path.join(folder, id)
  // One at a time: a session between creating its lock file and locking it would look dead to another.
  const starting = lockOrThrow(path.join(folder, 'starting.lock'))
  for (const session of sessionsIn(folder))
    if (!isAlive(path.join(folder, session))) remove(path.join(folder, session))
  for (const what of requests) fs.mkdirSync(path.join(own, what), { recursive: true })
  const held = lockOrThrow(path.join(own, 'lock'))
  starting.close()

  const others = () =>
    sessionsIn(folder).filter((session) => session !== id && isAlive(path.join(folder, session)))
  return {
    id,
    claim(runs) {
      fs.appendFileSync(path.join(own, 'runs'), runs.map((run) => `${run}\n`).join(''))
    },
    release(run) {
      fs.appendFileSync(path.join(own, 'runs'), `-${run}\n`)
    },
    alive: () => [id, ...others()],
    claimedElsewhere() {
      const claims = new Map<string, string>()
      for (const session of others())
        for (const run of claimedBy(path.join(folder, session))) claims.set(run, session)
      return claims
    },
    request(what, session, run) {
      fs.writeFileSync(path.join(folder, session, what, run), '')
    },
    takeRequests: () =>
      requests.flatMap((what) =>
        readFolder(path.join(own, what)).map((run) => {
          fs.rmSync(path.join(own, what, run), { force: true })
          return { what, run }
        }),
      ),
    close() {
      held.close()
      remove(own)
    },
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
