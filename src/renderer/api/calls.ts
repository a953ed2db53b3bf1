/** The contract as an object, from one function that carries any call. */
import type { CallName, WorkbenchApi } from '../../shared/contract.ts'
import { callNames } from '../../shared/contract.ts'

/** One function per call, each through `ask`, which returns the call's output or throws WorkbenchError. */
export function apiThrough(
  ask: (call: CallName, input: unknown) => Promise<unknown>,
  subscribe: WorkbenchApi['subscribe'],
): WorkbenchApi {
  const calls = Object.fromEntries(callNames.map((name) => [name, (input: unknown) => ask(name, input)]))
  return { ...calls, subscribe } as unknown as WorkbenchApi
}
