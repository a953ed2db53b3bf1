/**
 * The WebGPU device: the same programs on any GPU that ONNX Runtime's WebGPU provider finds. Weights and optimiser
 * state stay in the GPU's memory between steps; only batches go there and only results come back.
 */
import type * as ort from 'onnxruntime-node'
import { compileToOnnx, nextOf } from '../onnx/compile.ts'
import type { Device, Program, Specifications } from '../program.ts'
import { held, hostTensors, onnxDevice, SharedSession, type InitialValues, type OnnxState } from './onnx.ts'

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
): Promise<{ copies: Map<string, ort.Tensor>; session: SharedSession }> {
  const specifications = Object.fromEntries(
    [...tensors].map(([name, { dims }]) => [name, { shape: dims, dtype: 'float32' as const }]),
  )
  const { model, results } = compileToOnnx(copyProgram(specifications), 'webgpu')
  const session = await SharedSession.create(model, {
    executionProviders: ['webgpu'],
    preferredOutputLocation: atAll(results, location),
  })
  const outputs = await session.session.run(Object.fromEntries(tensors))
  const copies = [...tensors.keys()].map((name) => [name, outputs[`copy/${name}`] as ort.Tensor] as const)
  return { copies: new Map(copies), session }
}

class GpuState implements OnnxState {
  readonly ready: Promise<void>
  readonly #held = new Map<string, { tensor: ort.Tensor; session: SharedSession }>()

  constructor(values: InitialValues) {
    const initial = hostTensors(values)
    this.ready = initial.size === 0 ? Promise.resolve() : this.#upload(initial)
    this.ready.catch(() => {}) // whoever uses the state meets the failure
  }

  async #upload(initial: ReadonlyMap<string, ort.Tensor>): Promise<void> {
    const { copies, session } = await copy(initial, 'gpu-buffer')
    for (const [name, tensor] of copies) this.#held.set(name, { tensor, session: session.hold() })
    await session.letGo()
  }

  tensor(name: string): ort.Tensor {
    return held(this.#held, name).tensor
  }

  destination(): null {
    return null
  }

  async replace(name: string, next: ort.Tensor, session: SharedSession): Promise<void> {
    await this.#free(name)
    this.#held.set(name, { tensor: next, session: session.hold() })
  }

  async #free(name: string): Promise<void> {
    const { tensor, session } = held(this.#held, name)
    tensor.dispose()
    await session.letGo()
  }

  async read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    await this.ready
    if (names.length === 0) return {}
    const { copies, session } = await copy(new Map(names.map((name) => [name, this.tensor(name)])), 'cpu')
    await session.letGo()
    return Object.fromEntries([...copies].map(([name, { data }]) => [name, (data as Float32Array).slice()]))
  }

  async release(): Promise<void> {
    await this.ready
    for (const name of this.#held.keys()) await this.#free(name)
    this.#held.clear()
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
