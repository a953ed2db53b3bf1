/** The contract over the object that the Electron preload exposes. */
import type { CallName, WorkbenchApi } from '../../shared/contract.ts'
import type { Reply, WindowBridge } from '../../shared/wire.ts'
import { openReply } from '../../shared/wire.ts'
import { apiThrough } from './calls.ts'

/**
 * Every call of `bridge`, with its failures thrown as WorkbenchError. Inputs are JSON, as on the web host's socket: a
 * reactive object of the window would not survive the bridge's cloning.
 */
export function bridgedApi(bridge: WindowBridge): WorkbenchApi {
  const ask = async (call: CallName, input: unknown) => {
    const send = bridge[call] as (input: unknown) => Promise<Reply>
    return openReply(await send(JSON.parse(JSON.stringify(input))))
  }
  return apiThrough(ask, (event, listener) => bridge.subscribe(event, listener))
}
