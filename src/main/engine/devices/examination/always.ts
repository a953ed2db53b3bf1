/** The devices that are always there, in words. */
import os from 'node:os'

export function describeProcessor(threads: number): string {
  const model = os.cpus()[0]?.model.trim() || 'unknown processor'
  return `${model}, ${threads} of ${os.availableParallelism()} threads`
}

export const referenceDescription = "tfjs's CPU backend, one thread: slow, for comparison with the others"
