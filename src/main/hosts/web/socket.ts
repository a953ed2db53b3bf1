/** The contract over one socket: numbered calls are answered in any order, events are told to every window. */
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { eventNames } from '../../../shared/contract.ts'
import { errorRecord } from '../../../shared/errors.ts'
import type { SocketMessage } from '../../../shared/wire.ts'
import type { Workbench } from '../../workbench.ts'

/** The largest message a window may send, in bytes. The largest legitimate one names a thousand runs. */
export const messageLimitBytes = 2 ** 20
/** What may wait for a window that does not read, in bytes. Beyond it the window is cut off, and reconnects. */
const backlogLimitBytes = 32 * 2 ** 20

const callSchema = z.object({
  id: z.number().int().nonnegative(),
  call: z.string().max(100),
  input: z.unknown(),
})

/** Serves `socket` until it closes. A message that is no call closes it with 1008; a call that fails is answered. */
export function serveSocket(socket: WebSocket, workbench: Workbench): void {
  const send = (message: SocketMessage) => {
    if (socket.bufferedAmount > backlogLimitBytes) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const stopListening = eventNames.map((event) =>
    workbench.api.subscribe(event, (payload) => send({ event, payload })),
  )
  const gone = new AbortController()
  socket.on('close', () => {
    stopListening.forEach((stop) => stop())
    gone.abort()
  })
  // Protocol errors, an oversized message (1009) among them: ws closes the socket itself.
  socket.on('error', () => {})
  socket.on('message', async (data, isBinary) => {
    const message = isBinary ? undefined : parseCall(data.toString())
    if (!message) return socket.close(1008, 'This is not a call.')
    const { id, call, input } = message
    try {
      send({ id, output: (await workbench.dispatch(call, input, gone.signal)) ?? null })
    } catch (error) {
      send({ id, error: errorRecord(error) })
    }
  })
}

function parseCall(text: string): z.output<typeof callSchema> | undefined {
  try {
    return callSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
