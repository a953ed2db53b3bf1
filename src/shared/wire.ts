/**
 * How the calls of contract.ts travel: the envelope that both hosts answer with, the messages of the web host's
 * socket, and the object that the Electron preload puts into a window. What is said is in contract.ts.
 */
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
}

/** The IPC channels of the Electron host, as its main process and its preload both spell them. */
export const callChannel = (call: CallName) => `workbench:call:${call}`
export const eventChannel = (event: EventName) => `workbench:event:${event}`
