/**
 * A file that is being imported, read in pieces of bounded size. Everything that can be wrong with a file before
 * its content is looked at is told here. Files compressed with gzip are read as what they hold.
 */
import fs from 'node:fs/promises'
import { WorkbenchError } from '../../../shared/errors.ts'
import { gunzip, isGzip } from './gzip.ts'

/** Bytes per piece: small enough that decoding one holds the event loop for a few milliseconds only. */
const pieceBytes = 256 * 1024

/** A file or folder to import. */
export interface GivenFile {
  /** Where it is on this machine. */
  readonly path: string
  /** What messages call it, and what its name says about it: its path, or the name that it was uploaded with. */
  readonly name: string
  /** Bytes when it was looked at; absent or 0 where it was not. */
  readonly size?: number
  /** Of a folder that a browser uploaded file by file: those files, whose names begin with the folder's. */
  readonly members?: readonly GivenFile[]
}

/** A file by its path alone. */
export const fileAt = (path: string): GivenFile => ({ path, name: path })

/** What every long piece of work takes. */
export interface Work {
  /** Hears the bytes read so far from the file itself. */
  onBytes?: ((bytes: number) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface SourceFile {
  readonly name: string
  /** Size in bytes when it was opened. */
  readonly size: number
  /**
   * The bytes from the beginning, in pieces. A piece is overwritten by the next one: copy what must last.
   * Throws 'file-unreadable', 'file-changed' where it is longer or shorter than when it was opened, or 'interrupted'
   * after an abort.
   */
  pieces(work?: Work): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

/** Opens a regular file. Throws WorkbenchError 'file-missing', 'not-a-file', 'file-unreadable', or 'file-changed'. */
export async function openSource({ path, name, size }: GivenFile): Promise<SourceFile> {
  try {
    // Asked before opening, because opening a pipe would wait for its writer.
    const kind = await fs.stat(path)
    if (!kind.isFile()) throw notAFile(name, kind.isDirectory() ? 'a folder' : 'not a regular file')
    if (size && size !== kind.size) throw fileChanged(name)
    const handle = await fs.open(path, 'r')
    return {
      name,
      size: kind.size,
      pieces: (work = {}) => pieces(handle, { name, size: kind.size }, work),
      close: () => handle.close(),
    }
  } catch (error) {
    throw readingError(error, name)
  }
}

/**
 * The content of a file: its bytes, or what they hold where they are compressed with gzip. The file is open while
 * this runs. Throws what openSource and its pieces throw, 'file-damaged' for a broken gzip, or 'file-too-large'.
 */
export async function* readContent(file: GivenFile, work: Work = {}): AsyncGenerator<Uint8Array> {
  const source = await openSource(file)
  try {
    const all = source.pieces(work)
    const first = await all.next()
    if (first.done) return
    const whole = (async function* () {
      yield first.value
      yield* all
    })()
    yield* isGzip(first.value) ? gunzip(whole, file.name) : whole
  } finally {
    await source.close()
  }
}

async function* pieces(
  handle: fs.FileHandle,
  { name, size }: { name: string; size: number },
  { onBytes, signal }: Work,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes)
  let position = 0
  let bytesRead: number
  do {
    throwIfCancelled(signal, name)
    bytesRead = await readAt(handle, buffer, position, name)
    if (position + bytesRead > size || (bytesRead === 0 && position < size)) throw fileChanged(name)
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
    onBytes?.(position)
  } while (bytesRead > 0)
}

async function readAt(handle: fs.FileHandle, buffer: Uint8Array, position: number, name: string) {
  try {
    return (await handle.read(buffer, 0, buffer.length, position)).bytesRead
  } catch (error) {
    throw readingError(error, name)
  }
}

/** Throws WorkbenchError 'interrupted' once `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, name: string): void {
  if (!signal?.aborted) return
  throw new WorkbenchError(
    'interrupted',
    `The import of ${name} was cancelled.`,
    'Nothing of it was kept; import it again to have it.',
  )
}

/** The file is not the one that was looked at a moment ago. */
export function fileChanged(name: string): WorkbenchError {
  return new WorkbenchError(
    'file-changed',
    `The file ${name} changed while it was being imported.`,
    'Wait until nothing writes to it any more, then import it again.',
  )
}

function notAFile(name: string, what: string): WorkbenchError {
  return new WorkbenchError('not-a-file', `${name} is ${what}.`, 'Import a file.')
}

/** `error` as a WorkbenchError about the file `name`, where the system reported it. */
export function readingError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof WorkbenchError) return error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return new WorkbenchError('file-missing', `There is no file ${name}.`, 'Check the path and its spelling.')
  return new WorkbenchError(
    'file-unreadable',
    `The file ${JSON.stringify(name)} cannot be read: ${error.message}.`,
    'Check its permissions and the disk it is on.',
  )
}
