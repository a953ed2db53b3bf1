/** `POST /upload?name=...`: the bytes of a file that a browser, which knows no paths, hands to the workbench. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { WorkbenchError, errorRecord } from '../../../shared/errors.ts'
import type { Reply } from '../../../shared/wire.ts'
import type { Workbench } from '../../workbench.ts'

/** A name may be a path below a folder that was dropped. */
const longestName = 1000

/** Streams the body to the workbench and answers with a Reply of `{ upload }`. Never throws. */
export async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  workbench: Workbench,
  limitBytes: number,
): Promise<void> {
  try {
    const name = new URLSearchParams(request.url?.split('?')[1]).get('name') ?? ''
    if (name === '' || name.length > longestName)
      throw new WorkbenchError(
        'invalid-request',
        `An upload needs a name of 1 to ${longestName} characters.`,
        'Name it in the query: POST /upload?name=text.txt',
      )
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(name, limitBytes)
    const output = await workbench.receiveUpload(name, bounded(request, name, limitBytes))
    answer(request, response, 200, { output })
  } catch (error) {
    const record = errorRecord(error)
    const status = record.code === 'file-too-large' ? 413 : record.code === 'internal' ? 500 : 400
    answer(request, response, status, { error: record })
  }
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, reply: Reply): void {
  // A body that was not read to its end cannot be followed by another request on this connection.
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (request.complete) response.writeHead(status, headers).end(JSON.stringify(reply))
  else
    response
      .writeHead(status, { ...headers, connection: 'close' })
      .end(JSON.stringify(reply), () => request.destroy())
}

async function* bounded(body: AsyncIterable<Uint8Array>, name: string, limitBytes: number) {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > limitBytes) throw tooLarge(name, limitBytes)
    yield chunk
  }
}

const tooLarge = (name: string, limitBytes: number) =>
  new WorkbenchError(
    'file-too-large',
    `${name} is larger than an upload may be (${limitBytes} bytes).`,
    'Import it by its path: attention-workbench import PATH.',
  )
