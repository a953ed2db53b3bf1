/** The CPU device: ONNX Runtime's own kernels, state in the host's memory. */
import type { Device } from '../program.ts'
import { describeProcessor } from './examination/always.ts'
import { HostState } from './hostState.ts'
import { onnxDevice } from './onnx.ts'

/**
 * Opens the CPU with a number of threads.
 * With the same number of threads every result repeats bit for bit. Threads do not spin while they wait, because other
 * runs may share the cores.
 */
export function openCpu(threads: number): Device {
  return onnxDevice({
    name: 'cpu',
    description: describeProcessor(threads),
    target: 'cpu',
    State: HostState,
    sessionOptions: () => ({
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    }),
  })
}
