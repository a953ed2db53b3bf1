/**
 * The file that is being imported, read in pieces of bounded size. Everything that can be wrong with a file before
 * its content is looked at is told here.
 */
import fs from 'node:fs/promises'
import { WorkbenchError } from '../../../shared/errors.ts'

/** Bytes per piece: small enough that decoding one holds the event loop for a few milliseconds only. */
const pieceBytes = 256 * 1024

export interface SourceFile {
  readonly path: string
  /** Size in bytes when it was opened. */
  readonly size: number
  /**
   * The bytes from the beginning, in pieces. A piece is overwritten by the next one: copy what must last.
   * `onBytes` hears how many bytes have been read so far. Throws 'file-unreadable',
   * 'file-changed' where it is longer or shorter than when it was opened, or 'interrupted' after an abort.
   */
  pieces(onBytes?: (bytes: number) => void, signal?: AbortSignal): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

/** Opens a regular file. Throws WorkbenchError 'file-missing', 'not-a-file' or 'file-unreadable'. */
export async function openSource(path: string): Promise<SourceFile> {
  try {
    // Asked before opening, because opening a pipe would wait for its writer.
    const kind = await fs.stat(path)
    if (!kind.isFile()) throw notAFile(path, kind.isDirectory() ? 'a folder' : 'not a regular file')
    const handle = await fs.open(path, 'r')
    return {
      path,
      size: kind.size,
      pieces: (...options) => pieces(handle, { path, size: kind.size }, ...options),
      close: () => handle.close(),
    }
  } catch (error) {
    throw readingError(error, path)
  }
}

async function* pieces(
  handle: fs.FileHandle,
  { path, size }: { path: string; size: number },
  onBytes?: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes)
  let position = 0
  let bytesRead: number
  do {
    throwIfCancelled(signal, path)
    bytesRead = await readAt(handle, buffer, position, path)
    if (position + bytesRead > size || (bytesRead === 0 && position < size)) throw fileChanged(path)
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
    onBytes?.(position)
  } while (bytesRead > 0)
}

async function readAt(handle: fs.FileHandle, buffer: Uint8Array, position: number, path: string) {
  try {
    return (await handle.read(buffer, 0, buffer.length, position)).bytesRead
  } catch (error) {
    throw readingError(error, path)
  }
}

/** Throws WorkbenchError 'interrupted' once `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, path: string): void {
  if (!signal?.aborted) return
  throw new WorkbenchError(
    'interrupted',
    `The import of ${path} was cancelled.`,
    'Nothing of it was kept; import it again to have it.',
  )
}

/** The file is not the one that was looked at a moment ago. */
export function fileChanged(path: string): WorkbenchError {
  return new WorkbenchError(
    'file-changed',
    `The file ${path} changed while it was being imported.`,
    'Wait until nothing writes to it any more, then import it again.',
  )
}

function notAFile(path: string, what: string): WorkbenchError {
  return new WorkbenchError('not-a-file', `${path} is ${what}.`, 'Import one text file.')
}

function readingError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof WorkbenchError) return error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return new WorkbenchError('file-missing', `There is no file ${path}.`, 'Check the path and its spelling.')
  return new WorkbenchError(
    'file-unreadable',
    `The file ${JSON.stringify(path)} cannot be read: ${error.message}.`,
    'Check its permissions and the disk it is on.',
  )
}
