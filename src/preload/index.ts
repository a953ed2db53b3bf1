/**
 * The bridge into the Electron window: one function per call of the contract, subscriptions to its events, and the
 * path of a dropped file. No channel can be chosen from the page, and nothing of Electron reaches it.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { callNames, eventNames } from '../shared/contract.ts'
import { callChannel, eventChannel } from '../shared/wire.ts'

const calls = callNames.map((call) => [
  call,
  (input: unknown) => ipcRenderer.invoke(callChannel(call), input),
])

contextBridge.exposeInMainWorld('workbench', {
  ...Object.fromEntries(calls),
  subscribe(event: (typeof eventNames)[number], listener: (payload: unknown) => void) {
    if (!eventNames.includes(event)) throw new Error(`There is no event "${event}".`)
    const hear = (_event: unknown, payload: unknown) => listener(payload)
    ipcRenderer.on(eventChannel(event), hear)
    return () => void ipcRenderer.off(eventChannel(event), hear)
  },
  pathForFile: (file: File) => webUtils.getPathForFile(file),
})
