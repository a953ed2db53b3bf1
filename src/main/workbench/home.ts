/** What a home takes up on the disk, and what the workbench runs on. */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Home, HomePart } from '../../shared/contract.ts'
import type { Store } from '../store/index.ts'
import { versions } from './versions.ts'

const databaseFile = 'workbench.sqlite'

/** @param home the folder of the library and the database */
export async function measureHome(home: string, store: Pick<Store, 'statisticsBytes'>): Promise<Home> {
  const entries = await fs.readdir(home)
  const sizes = await Promise.all(entries.map((name) => bytesOf(path.join(home, name))))
  const sum = (belongs: (name: string) => boolean) =>
    entries.reduce((bytes, name, index) => bytes + (belongs(name) ? sizes[index]! : 0), 0)
  // with what SQLite writes beside it: workbench.sqlite-wal, -shm
  const isDatabase = (name: string) => name.startsWith(databaseFile)
  const database = sum(isDatabase)
  const statistics = Math.min(database, store.statisticsBytes())
  const part = (part: HomePart, name: string, bytes: number) => ({ part, path: path.join(home, name), bytes })
  const disk = await fs.statfs(home)
  return {
    folder: home,
    parts: [
      part(
        'datasets',
        'library',
        sum((name) => name === 'library'),
      ),
      part(
        'checkpoints',
        'runs',
        sum((name) => name === 'runs'),
      ),
      part('statistics', databaseFile, statistics),
      part('records', databaseFile, database - statistics),
      part(
        'other',
        '',
        sum((name) => !['library', 'runs'].includes(name) && !isDatabase(name)),
      ),
    ],
    freeBytes: disk.bavail * disk.bsize,
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    versions: { ...versions(), ...windowVersions() },
  }
}

/** Of the program around the workbench, where there is one. */
function windowVersions(): Record<string, string> {
  const { electron, chrome } = process.versions
  return electron && chrome ? { electron, chromium: chrome } : {}
}

/** Of a file, or of all files below a folder; links are not followed, and what vanishes meanwhile has none. */
async function bytesOf(place: string): Promise<number> {
  const found = await fs.lstat(place).catch(() => undefined)
  if (!found?.isDirectory()) return found?.isFile() ? found.size : 0
  const names = await fs.readdir(place).catch(() => [])
  let bytes = 0
  for (const name of names) bytes += await bytesOf(path.join(place, name)) // one after the other: many files are open otherwise
  return bytes
}
