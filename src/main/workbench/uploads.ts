/**
 * Files that arrive as bytes, because a browser has no paths: each lies in <home>/uploads/<session>/ until an
 * import consumes it, or until the session that received it is gone.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../shared/errors.ts'
import type { GivenFile } from '../datasets/importers/source.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'
import { newIdentifier } from './identifiers.ts'

export interface Uploads {
  /** Streams the bytes to disk; a broken stream leaves nothing behind, nor does a full disk. @throws WorkbenchError disk-full */
  receive(name: string, bytes: AsyncIterable<Uint8Array>): Promise<{ upload: string }>
  /** Where an upload lies, which stays as it is. */
  find(upload: string): { file: string; name: string }
  /** Hands an upload over, once: call `discard` when it has been read. */
  take(upload: string): { file: string; name: string; discard: () => Promise<void> }
  /** Deletes an upload if it is still there. */
  discard(upload: string): Promise<void>
  close(): Promise<void>
}

/** `living` are the sessions whose uploads must be left alone; everything else in the folder is removed. */
export async function openUploads(
  folder: string,
  session: string,
  living: readonly string[],
): Promise<Uploads> {
  const own = path.join(folder, session)
  await fs.mkdir(folder, { recursive: true }).catch((error: unknown) => {
    if (!lacksRoom(error)) throw error
  })
  for (const left of await fs.readdir(folder).catch(() => []))
    if (!living.includes(left)) await fs.rm(path.join(folder, left), { recursive: true, force: true })
  const names = new Map<string, string>()
  const find = (upload: string) => {
    const name = names.get(upload)
    if (name === undefined)
      throw new WorkbenchError(
        'file-missing',
        `There is no upload "${upload}", or it was imported already.`,
        'Drop the file again.',
      )
    return { file: path.join(own, upload), name }
  }

  return {
    async receive(name, bytes) {
      const upload = newIdentifier()
      const file = path.join(own, upload)
      try {
        await fs.mkdir(own, { recursive: true })
        await using handle = await fs.open(file, 'wx') // closed before anything is removed
        for await (const piece of bytes) await handle.writeFile(piece)
      } catch (error) {
        await fs.rm(file, { force: true })
        throw lacksRoom(error)
          ? diskFull(
              `${name}, which would be copied to ${folder}`,
              'Make room on it, then drop the file again.',
            )
          : error
      }
      names.set(upload, name)
      return { upload }
    },
    find,
    take(upload) {
      const { file, name } = find(upload)
      names.delete(upload)
      return { file, name, discard: () => fs.rm(file, { force: true }) }
    },
    async discard(upload) {
      if (names.delete(upload)) await fs.rm(path.join(own, upload), { force: true })
    },
    close: () => fs.rm(own, { recursive: true, force: true }),
  }
}

/** Uploads whose names say that they lay in a folder, as that folder. */
export function foldersOf(files: readonly GivenFile[]): GivenFile[] {
  const byTop = Map.groupBy(files, ({ name }) => (name.includes('/') ? name.split('/')[0]! : undefined))
  return [...byTop].flatMap(([top, members]) =>
    top === undefined ? members : [{ path: '', name: top, members }],
  )
}
