/**
 * The devices cuda, directml and coreml: ONNX Runtime's providers of these names. onnxruntime-node has no tensors in
 * their memory, so the state crosses between the host and the GPU at every step: docs/devices.md says what that costs.
 */
import type { InferenceSession } from 'onnxruntime-node'
import type { Device } from '../program.ts'
import { HostState } from './hostState.ts'
import { onnxDevice } from './onnx.ts'

export type ProviderDevice = 'cuda' | 'directml' | 'coreml'

const sessionOptions: Record<ProviderDevice, InferenceSession.SessionOptions> = {
  cuda: { executionProviders: ['cuda'] },
  // DirectML runs one node after another and plans its memory itself: anything else is refused.
  directml: { executionProviders: ['dml'], enableMemPattern: false, executionMode: 'sequential' },
  coreml: { executionProviders: ['coreml'] },
}

/** The lowering is that of WebGPU: standard operations alone, none of the kernels that only the CPU provider has. */
export function openProvider(name: ProviderDevice, description: string): Device {
  return onnxDevice({
    name,
    description,
    target: 'webgpu',
    State: HostState,
    sessionOptions: () => sessionOptions[name],
  })
}
