/** A disk without room, as the writes of files in this process meet it. For a real one: smallDisk.ts. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { vi } from 'vitest'

export const noRoom = (syscall = 'write'): Error =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), { code: 'ENOSPC', syscall })

export interface FullDisk {
  /** Writes that found no room. */
  readonly refused: number
  makeRoom(): void
}

/** Of file handles `writes` still succeed, then none until there is room again. */
export async function fillDisk(writes = 0): Promise<FullDisk> {
  const file = path.join(os.tmpdir(), `handle-${process.pid}`)
  const handle = await fs.promises.open(file, 'w')
  const FileHandle = Object.getPrototypeOf(handle) as fs.promises.FileHandle
  await handle.close()
  fs.rmSync(file)
  let left = writes
  let refused = 0
  const refuse = <Given extends unknown[], Result>(real: (...given: Given) => Promise<Result>) =>
    function (this: fs.promises.FileHandle, ...given: Given): Promise<Result> {
      if (left-- > 0) return real.apply(this, given)
      refused++
      return Promise.reject(noRoom())
    }
  const spies = [
    vi.spyOn(FileHandle, 'writeFile').mockImplementation(refuse(FileHandle.writeFile)),
    vi.spyOn(FileHandle, 'write').mockImplementation(refuse(FileHandle.write) as never),
  ]
  return {
    get refused() {
      return refused
    },
    makeRoom: () => spies.forEach((spy) => spy.mockRestore()),
  }
}
