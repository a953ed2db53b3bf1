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
    request.addEventListener('error', broken)
    request.addEventListener('abort', broken)
    request.send(file)
  })
}

/** Uploads under way at once: most files of a folder are small, and waiting for one answer at a time is slow. */
const parallelUploads = 6

/** Sends all `files` and returns the names of their uploads in the same order. Throws WorkbenchError. */
export async function uploadAll(
  files: readonly DroppedFile[],
  token: string,
  onProgress?: (sent: number, total: number) => void,
): Promise<string[]> {
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
      uploads[index] = await uploadFile(file, token, report)
    }
  }
  const works = Array.from({ length: parallelUploads }, work)
  await Promise.all(works).catch((error: unknown) => {
    failed = true
    throw error
  })
  return uploads
}
