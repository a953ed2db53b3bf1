/** The CPU device: ONNX Runtime's own kernels, state in the host's memory. */
import type { Device } from '../program.ts'
import { describeProcessor } from './examination/always.ts'
import { HostState } from './hostState.ts'
import { onnxDevice } from './onnx.ts'

/**
 * Threads wait this long for the next piece of work before they sleep: long enough for the gaps inside a step, where
 * waking up costs a tenth of a small model's time; too short to take the cores from other runs (ONNX Runtime's default
 * slows runs that share cores tenfold).
 */
const spinMicroseconds = '50'

/**
 * Opens the CPU with a number of threads.
 * With the same number of threads every result repeats bit for bit.
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
      extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: spinMicroseconds } } },
    }),
  })
}
