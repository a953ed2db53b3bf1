/** Uploads of files beside the socket. XMLHttpRequest, because fetch does not tell how much it has sent. */
import { WorkbenchError } from '../../shared/errors.ts'
import type { Reply } from '../../shared/wire.ts'
import { openReply, uploadLimitBytes, uploadPath } from '../../shared/wire.ts'

/** Sends `file` to the web host and returns the name of the upload. Throws WorkbenchError. */
export function uploadFile(
  file: File,
  token: string,
  onProgress?: (sent: number, total: number) => void,
): Promise<string> {
  if (file.size > uploadLimitBytes)
    return Promise.reject(
      new WorkbenchError(
        'file-too-large',
        `${file.name} has ${file.size} bytes; an upload may have ${uploadLimitBytes}.`,
        'Import it by its path: attention-workbench import PATH.',
      ),
    )
  return new Promise((resolve, reject) => {
    const broken = () =>
      reject(
        new WorkbenchError(
          'interrupted',
          `The upload of ${file.name} was cut off.`,
          'Check that the workbench still runs and that the file is readable, then drop it again.',
        ),
      )
    const request = new XMLHttpRequest()
    request.open('POST', `${uploadPath}?name=${encodeURIComponent(file.name)}`)
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
