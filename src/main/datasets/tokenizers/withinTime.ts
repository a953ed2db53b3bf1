/** Work of code or patterns that somebody else wrote, with an end. */
import vm from 'node:vm'

/** Where the work is called from: nothing else is in it. */
const place: { work?: () => unknown } = {}
const script = new vm.Script('work()')

/**
 * What `work` returns; undefined where it is not done after `milliseconds`. It is interrupted wherever it is then, also
 * within a regular expression, and must leave nothing half done that others see.
 */
export function withinTime<Result>(work: () => Result, milliseconds: number): Result | undefined {
  if (!vm.isContext(place)) vm.createContext(place)
  place.work = work
  try {
    return script.runInContext(place, { timeout: milliseconds }) as Result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    delete place.work
  }
}
