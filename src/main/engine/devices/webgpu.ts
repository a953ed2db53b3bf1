/**
 * The WebGPU device: the same programs on any GPU that ONNX Runtime's WebGPU provider finds. Weights and optimiser
 * state stay in the GPU's memory between steps; only batches go there and only results come back.
 */
import * as ort from 'onnxruntime-node'
import { compileToOnnx, nextOf } from '../onnx/compile.ts'
import type { Device, Program, Specifications } from '../program.ts'
import { hostTensors, onnxDevice, tensorOf, type InitialValues, type OnnxState } from './onnx.ts'

type Location = 'cpu' | 'gpu-buffer'

const atAll = (names: readonly string[], location: Location): Record<string, Location> =>
  Object.fromEntries(names.map((name) => [name, location]))

/** A program that only hands its inputs on: how tensors cross between the host and the GPU. */
const copyProgram = (specifications: Specifications): Program => ({
  name: 'copy',
  state: {},
  inputs: specifications,
  build: (_, inputs) => ({
    state: {},
    results: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [`copy/${name}`, tensor])),
  }),
})

/** Copies named tensors to `location`. ONNX Runtime aborts when a GPU tensor is read directly, so a session does it. */
async function copy(
  tensors: ReadonlyMap<string, ort.Tensor>,
  location: Location,
): Promise<Map<string, ort.Tensor>> {
  const specifications = Object.fromEntries(
    [...tensors].map(([name, { dims }]) => [name, { shape: dims, dtype: 'float32' as const }]),
  )
  const { model, results } = compileToOnnx(copyProgram(specifications), 'webgpu')
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['webgpu'],
    logSeverityLevel: 3,
    preferredOutputLocation: atAll(results, location),
  })
  try {
    const copies = await session.run(Object.fromEntries(tensors))
    return new Map([...tensors.keys()].map((name) => [name, copies[`copy/${name}`] as ort.Tensor]))
  } finally {
    await session.release()
  }
}

class GpuState implements OnnxState {
  readonly ready: Promise<unknown>
  #tensors = new Map<string, ort.Tensor>()

  constructor(values: InitialValues) {
    const initial = hostTensors(values)
    this.ready =
      initial.size === 0
        ? Promise.resolve()
        : copy(initial, 'gpu-buffer').then((tensors) => (this.#tensors = tensors))
    this.ready.catch(() => {}) // whoever uses the state meets the failure
  }

  tensor(name: string): ort.Tensor {
    return tensorOf(this.#tensors, name)
  }

  destination(): null {
    return null
  }

  replace(name: string, next: ort.Tensor): void {
    this.#tensors.get(name)?.dispose()
    this.#tensors.set(name, next)
  }

  async read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    await this.ready
    if (names.length === 0) return {}
    const copies = await copy(new Map(names.map((name) => [name, this.tensor(name)])), 'cpu')
    return Object.fromEntries([...copies].map(([name, { data }]) => [name, (data as Float32Array).slice()]))
  }
}

/** @param verbose lets ONNX Runtime log the provider of every node, for the test that no node falls back to the CPU */
export function openWebGpu(description: string, verbose = false): Device {
  return onnxDevice({
    name: 'webgpu',
    description,
    target: 'webgpu',
    State: GpuState,
    sessionOptions: ({ updated, results }) => ({
      executionProviders: ['webgpu'],
      logSeverityLevel: verbose ? 0 : 3,
      preferredOutputLocation: { ...atAll(updated.map(nextOf), 'gpu-buffer'), ...atAll(results, 'cpu') },
    }),
  })
}
