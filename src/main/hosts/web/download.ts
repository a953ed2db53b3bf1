/** `GET /download/<download>`: a file that the workbench made for a window, once. */
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Workbench } from '../../workbench.ts'
import { downloadHeaders, downloadIn } from '../downloads.ts'

/** Sends the file and deletes it. A reader that leaves early has to ask for a new export. Never throws. */
export async function answerDownload(
  request: IncomingMessage,
  response: ServerResponse,
  { exports }: Pick<Workbench, 'exports'>,
): Promise<void> {
  const download = downloadIn(request.url ?? '') ?? ''
  const found = request.method === 'GET' ? exports.take(download) : undefined
  if (!found) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
  try {
    const { size } = await fs.stat(found.file)
    response.writeHead(200, { ...downloadHeaders(found.name), 'content-length': size })
    await pipeline(createReadStream(found.file), response)
  } catch {
    response.destroy()
  } finally {
    await found.discard().catch(() => undefined)
  }
}
