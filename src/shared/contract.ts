/**
 * Every call and event between a window and the workbench, a file per subject in contract/. Electron IPC, the web host's
 * socket and the command line carry the same calls; input is parsed with these schemas where it enters, and nowhere else.
 */
import type { z } from 'zod'
import { catalogueCalls } from './contract/catalogue.ts'
import { curveCalls } from './contract/curves.ts'
import { events } from './contract/events.ts'
import { experimentCalls } from './contract/experiments.ts'
import { homeCalls } from './contract/home.ts'
import { inferenceCalls } from './contract/inference.ts'
import { libraryCalls } from './contract/library.ts'
import { runCalls } from './contract/runs.ts'
import { stateCalls } from './contract/states.ts'

export * from './contract/catalogue.ts'
export { mostUploads } from './contract/common.ts'
export * from './contract/curves.ts'
export { events } from './contract/events.ts'
export * from './contract/experiments.ts'
export * from './contract/home.ts'
export * from './contract/inference.ts'
export * from './contract/library.ts'
export * from './contract/runs.ts'

/** Name, input and output of every call. Failures arrive as errors.ts's ErrorRecord. */
export const calls = {
  ...catalogueCalls,
  ...libraryCalls,
  ...experimentCalls,
  ...runCalls,
  ...curveCalls,
  ...stateCalls,
  ...inferenceCalls,
  ...homeCalls,
} as const
export type CallName = keyof typeof calls
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>
export type CallOutput<Name extends CallName> = z.output<(typeof calls)[Name]['output']>
export const callNames = Object.keys(calls) as CallName[]

export type EventName = keyof typeof events
export type EventPayload<Name extends EventName> = z.output<(typeof events)[Name]>
export const eventNames = Object.keys(events) as EventName[]

/** The workbench as a window sees it: one function per call, one subscription per event. */
export type WorkbenchApi = {
  [Name in CallName]: (input: CallInput<Name>) => Promise<CallOutput<Name>>
} & {
  /** Calls `listener` at every `event` until the returned function is called. */
  subscribe<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void
}
