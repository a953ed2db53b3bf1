/** A file system so small that it can be filled: one in memory, mounted for a test. Only root may mount. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Leaves no room for a byte. */
  fill(): void
  makeRoom(): void
  remove(): void
}

/** Why there can be none; undefined where there can. */
export const whyNoSmallDisk: string | undefined = (() => {
  if (process.platform !== 'linux') return 'it mounts a file system in memory, which is of Linux'
  try {
    mountSmallDisk(1).remove()
    return undefined
  } catch {
    return 'it mounts a small file system, which only root may'
  }
})()

export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'small-disk-'))
  const filling = path.join(folder, 'filling')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder], { stdio: 'ignore' })
  } catch (error) {
    fs.rmdirSync(folder)
    throw error
  }
  return {
    folder,
    fill() {
      const file = fs.openSync(filling, 'a')
      try {
        for (const bytes of [65_536, 512]) write(file, bytes)
      } finally {
        fs.closeSync(file)
      }
    },
    makeRoom: () => fs.rmSync(filling, { force: true }),
    remove() {
      execFileSync('umount', ['--lazy', folder])
      fs.rmdirSync(folder)
    },
  }
}

/** Until there is no room for so many at once. */
function write(file: number, bytes: number): void {
  try {
    for (;;) fs.writeSync(file, Buffer.alloc(bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
