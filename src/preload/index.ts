/**
 * The bridge into the Electron window: one function per call of the contract, subscriptions to its events, and one function
 * for each thing that only such a window can do. No channel can be chosen from the page, and nothing of Electron reaches it.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { callNames, eventNames } from '../shared/contract.ts'
import { callChannel, eventChannel, windowChannels } from '../shared/wire.ts'

const calls = callNames.map((call) => [
  call,
  (input: unknown) => ipcRenderer.invoke(callChannel(call), input),
])

/** Calls `listener` with what arrives on a channel until the returned function is called. */
function listen<Payload>(channel: string, listener: (payload: Payload) => void): () => void {
  const hear = (_event: unknown, payload: Payload) => listener(payload)
  ipcRenderer.on(channel, hear)
  return () => void ipcRenderer.off(channel, hear)
}

contextBridge.exposeInMainWorld('workbench', {
  ...Object.fromEntries(calls),
  subscribe(event: (typeof eventNames)[number], listener: (payload: unknown) => void) {
    if (!eventNames.includes(event)) throw new Error(`There is no event "${event}".`)
    return listen(eventChannel(event), listener)
  },
  pathForFile: (file: File) => webUtils.getPathForFile(file),
  notify: (notification: unknown) => void ipcRenderer.invoke(windowChannels.notify, notification),
  showHome: () => ipcRenderer.invoke(windowChannels.showHome),
  chooseFolders: () => ipcRenderer.invoke(windowChannels.chooseFolders),
  onCommand: (listener: (id: string) => void) => listen(windowChannels.command, listener),
  onOpen(listener: (paths: string[]) => void) {
    const stop = listen(windowChannels.open, listener)
    void ipcRenderer.invoke(windowChannels.listening)
    return stop
  },
})
