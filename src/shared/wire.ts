/**
 * How the calls of contract.ts travel: the envelope that both hosts answer with, the messages of the web host's
 * socket, and the object that the Electron preload puts into a window. What is said is in contract.ts.
 */
import './without-eval.ts'
import { z } from 'zod'
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from './contract.ts'
import { thrownFrom } from './errors.ts'
import type { ErrorRecord } from './experiment.ts'

/** The outcome of a call. A record rather than an exception: neither IPC nor a socket carries an error's fields. */
export type Reply<Output = unknown> = { output: Output } | { error: ErrorRecord }

/** Returns what the call returned, or throws its failure as a WorkbenchError. */
export function openReply<Output>(reply: Reply<Output>): Output {
  if ('output' in reply) return reply.output
  throw thrownFrom(reply.error)
}

/** From the window: one call, numbered by the window. */
export interface SocketCall {
  id: number
  call: string
  input: unknown
}
/** To the window: the answer to the call of that number, or an event. */
export type SocketMessage = ({ id: number } & Reply) | { event: EventName; payload: unknown }

/** The subprotocol of the socket. The window names it together with the token of this start. */
export const socketProtocol = 'attention-workbench'
export const socketPath = '/socket'
export const uploadPath = '/upload'
/** Where a window that was opened with a code, `#code=...`, is told the token: POST, once. */
export const sessionPath = '/session'
/**
 * Where prepareExport's file waits, under its name: `/download/<download>`. The name is 122 random bits, since a page that
 * follows an address can send no token with it.
 */
export const downloadPath = '/download/'
/** The largest file that a window may upload, in bytes. */
export const uploadLimitBytes = 16 * 2 ** 30

/** `window.workbench` under Electron: one function per capability, nothing generic. */
export type WindowBridge = {
  [Name in CallName]: (input: CallInput<Name>) => Promise<Reply<CallOutput<Name>>>
} & {
  subscribe<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void
  /** Where a dropped or chosen file lies on disk; empty if it has no place there. */
  pathForFile(file: File): string
} & WindowHost

/** What a window of Electron can do that no page can: each of it one function of the bridge. */
export interface WindowHost {
  /** Says something on the desktop, unless the window is looked at. */
  notify(notification: DesktopNotification): void
  /** Shows the folder of the home in the system's file manager. */
  showHome(): Promise<void>
  /** Asks for folders with the system's own dialog; their paths, none where it is cancelled. */
  chooseFolders(): Promise<string[]>
  /** Hears which command was chosen in the menu, by its id in commands.ts. */
  onCommand(listener: (id: string) => void): () => void
  /** Hears the paths of files that the system opens with the app. Those that came before anyone listened are told at once. */
  onOpen(listener: (paths: string[]) => void): () => void
}
export const desktopNotificationSchema = z.object({
  title: z.string().min(1).max(300),
  body: z.string().max(1000),
})
export type DesktopNotification = z.infer<typeof desktopNotificationSchema>

/** The IPC channels of the Electron host, as its main process and its preload both spell them. */
export const callChannel = (call: CallName) => `workbench:call:${call}`
export const eventChannel = (event: EventName) => `workbench:event:${event}`
export const windowChannels = {
  notify: 'workbench:window:notify',
  showHome: 'workbench:window:show-home',
  chooseFolders: 'workbench:window:choose-folders',
  command: 'workbench:window:command',
  open: 'workbench:window:open',
  listening: 'workbench:window:listening',
} as const
