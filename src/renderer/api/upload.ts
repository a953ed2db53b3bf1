/** Uploads of files beside the socket. XMLHttpRequest, because fetch does not tell how much it has sent. */
import { WorkbenchError } from '../../shared/errors.ts'
import type { Reply } from '../../shared/wire.ts'
import { openReply, uploadLimitBytes, uploadPath } from '../../shared/wire.ts'
import type { DroppedFile } from './dropped.ts'

/** Sends `file`, called `name`, to the web host and returns the name of the upload. Throws WorkbenchError. */
function uploadFile(
  { file, name }: DroppedFile,
  token: string,
  onProgress?: (sent: number, total: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  if (file.size > uploadLimitBytes)
    return Promise.reject(
      new WorkbenchError(
        'file-too-large',
        `${name} has ${file.size} bytes; an upload may have ${uploadLimitBytes}.`,
        'Import it by its path: attention-workbench import PATH.',
      ),
    )
  return new Promise((resolve, reject) => {
    const broken = () =>
      reject(
        new WorkbenchError(
          'interrupted',
          `The upload of ${name} was cut off.`,
          'Check that the workbench still runs and that the file is readable, then drop it again.',
        ),
      )
    const request = new XMLHttpRequest()
    request.open('POST', `${uploadPath}?name=${encodeURIComponent(name)}`)
    request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => onProgress?.(event.loaded, event.total))
    request.addEventListener('load', () => {
      const reply = request.response as Reply<{ upload: string }> | null
      if (!reply) return broken()
      try {
        resolve(openReply(reply).upload)
      } catch (error) {
        reject(error)
      }
    })
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.addEventListener('error', broken)
    request.addEventListener('abort', broken)
    if (signal?.aborted) return broken()
    request.send(file)
  })
}

/** Uploads under way at once: most files of a folder are small, and waiting for one answer at a time is slow. */
const parallelUploads = 6

/**
 * Sends all `files` and returns the names of their uploads in the same order. `signal` cuts the sending off, `discard`
 * hears of what had arrived by then. Throws WorkbenchError.
 */
export async function uploadAll(
  files: readonly DroppedFile[],
  token: string,
  options: {
    onProgress?: ((sent: number, total: number) => void) | undefined
    signal?: AbortSignal | undefined
    discard?: (uploads: string[]) => Promise<unknown>
  } = {},
): Promise<string[]> {
  const { onProgress, signal, discard } = options
  const total = files.reduce((sum, { file }) => sum + file.size, 0)
  const uploads = new Array<string>(files.length)
  const remaining = files.entries()
  let sent = 0
  let failed = false
  const work = async () => {
    for (const [index, file] of remaining) {
      if (failed) return // nobody waits for the others any more
      let own = 0
      const report = (now: number) => {
        sent += now - own
        own = now
        onProgress?.(Math.min(sent, total), total)
      }
      uploads[index] = await uploadFile(file, token, report, signal)
    }
  }
  const works = Array.from({ length: parallelUploads }, work)
  await Promise.all(works).catch(async (error: unknown) => {
    failed = true
    await Promise.allSettled(works) // an upload that was nearly there may still arrive
    const arrived = uploads.filter((upload) => upload !== undefined)
    if (arrived.length > 0) await discard?.(arrived).catch(() => {})
    throw error
  })
  return uploads
}
