/** A call as it comes from a window: its name is looked up and its input parsed with the contract before anything is done. */
import { calls, type CallName, type WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { issuesOf } from './issues.ts'

/** @throws WorkbenchError invalid-request for a bad name or input, and what the call throws */
export async function dispatch(
  api: WorkbenchApi,
  name: string,
  input: unknown,
  gone: AbortSignal | undefined,
): Promise<unknown> {
  if (!Object.hasOwn(calls, name))
    throw new WorkbenchError('invalid-request', `There is no call "${name}".`, 'See src/shared/contract.ts.')
  const call = name as CallName
  const parsed = calls[call].input.safeParse(input)
  if (!parsed.success)
    throw new WorkbenchError(
      'invalid-request',
      `The input of ${name} is not valid: ${issuesOf(parsed.error)}.`,
      'See src/shared/contract.ts.',
    )
  return (api[call] as (input: unknown, gone?: AbortSignal) => Promise<unknown>)(parsed.data, gone)
}
