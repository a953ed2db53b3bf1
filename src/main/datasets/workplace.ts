/**
 * Temporary folders inside the library, where a dataset is made before one rename publishes it. Their names carry
 * the id of the process that works in them, so that what a killed process left can be told from work in progress.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const prefix = '.temporary-'
const pattern = /^\.temporary-(\d+)-/
/** Those of this process: a process id alone may be that of a process that ended long ago. */
const mine = new Set<string>()

/** Runs `work` in a new folder inside `library`; whatever is still there afterwards is deleted. */
export async function inTemporaryFolder<Result>(
  library: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const name = `${prefix}${process.pid}-${randomUUID()}`
  const folder = path.join(library, name)
  mine.add(name)
  try {
    await fs.promises.mkdir(folder)
    return await work(folder)
  } finally {
    await fs.promises.rm(folder, { recursive: true, force: true })
    mine.delete(name)
  }
}

/** Deletes the temporary folders of processes that are no more. */
export function removeLeftovers(library: string): void {
  for (const name of fs.readdirSync(library)) {
    const owner = pattern.exec(name)?.[1]
    if (owner === undefined || mine.has(name) || isAnotherRunning(Number(owner))) continue
    fs.rmSync(path.join(library, name), { recursive: true, force: true })
  }
}

function isAnotherRunning(id: number): boolean {
  if (id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it runs, as somebody else's
  }
}
