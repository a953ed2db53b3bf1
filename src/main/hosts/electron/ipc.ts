/** The contract over IPC: one handler per call, for our own page only, and every event to the window. */
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron'
import { ipcMain } from 'electron'
import type { CallName } from '../../../shared/contract.ts'
import { callNames, eventNames } from '../../../shared/contract.ts'
import { errorRecord, WorkbenchError } from '../../../shared/errors.ts'
import type { Reply } from '../../../shared/wire.ts'
import { callChannel, eventChannel } from '../../../shared/wire.ts'
import type { Workbench } from '../../workbench.ts'
import { isAppPage } from './protocol.ts'

/** Serves every call of the contract to `window` and tells it every event until it closes. */
export function serveCalls(workbench: Workbench, window: BrowserWindow): void {
  const gone = new AbortController()
  for (const call of callNames)
    ipcMain.handle(callChannel(call), (event, input: unknown) =>
      answerCall(workbench, call, event, input, gone.signal),
    )
  const stopListening = eventNames.map((event) =>
    workbench.api.subscribe(event, (payload) => window.webContents.send(eventChannel(event), payload)),
  )
  window.on('close', () => {
    stopListening.forEach((stop) => stop())
    gone.abort()
  })
}

/** The payload is parsed by `dispatch`, with the contract's schema. Never throws: failures travel as records. */
export async function answerCall(
  workbench: Pick<Workbench, 'dispatch'>,
  call: CallName,
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  input: unknown,
  gone?: AbortSignal,
): Promise<Reply> {
  try {
    refuseStranger(event)
    return { output: await workbench.dispatch(call, input, gone) }
  } catch (error) {
    return { error: errorRecord(error) }
  }
}

/** Only the main frame of the window, on a page of the app, may call. */
export function refuseStranger({
  sender,
  senderFrame,
}: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>): void {
  if (senderFrame && senderFrame === sender.mainFrame && isAppPage(senderFrame.url)) return
  throw new WorkbenchError(
    'invalid-request',
    `A frame on ${senderFrame?.url ?? 'no page'} may not call the workbench.`,
    'Only the page of the app may.',
  )
}
