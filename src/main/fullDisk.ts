/** Disks without room, as people are told of them. What waits for room: training/writing.ts. */
import { lacksRoom, WorkbenchError } from '../shared/errors.ts'

export { lacksRoom }

/** @param what the end of "The disk has no room for": which thing, with its reason where one is known */
export const diskFull = (what: string, hint = 'Make room on it, then try again.'): WorkbenchError =>
  new WorkbenchError('disk-full', `The disk has no room for ${what}.`, hint)

/** What `work` returns; where it throws for lack of room, a WorkbenchError 'disk-full' about `what`. */
export function needingRoom<Result>(what: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw lacksRoom(error) && !(error instanceof WorkbenchError) ? diskFull(what) : error
  }
}
