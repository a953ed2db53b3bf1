/** What of a run is the same every time: everything but the times that its machine took. */
import { timeMetric } from '../../src/shared/experiment.ts'

/** The series of a run without that of the clock. */
export const repeatable = <Points>(series: Readonly<Record<string, Points>>): Record<string, Points> =>
  Object.fromEntries(Object.entries(series).filter(([metric]) => metric !== timeMetric))
