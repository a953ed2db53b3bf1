/**
 * The WebGPU device: the same programs on any GPU that ONNX Runtime's WebGPU provider finds. Weights and optimiser
 * state stay in the GPU's memory between steps; only batches go there and only results come back.
 */
import * as ort from 'onnxruntime-node'
import { compileToOnnx, hostTensor, nextOf } from '../onnx/compile.ts'
import type { CompiledProgram, Device, DeviceState, Numbers, Program, Specifications } from '../program.ts'

type Location = 'cpu' | 'gpu-buffer'

const createSession = (model: Uint8Array, locations: Record<string, Location>, verbose = false) =>
  ort.InferenceSession.create(model, {
    executionProviders: ['webgpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: verbose ? 0 : 3,
    preferredOutputLocation: locations,
  })

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
  const session = await createSession(model, atAll(results, location))
  const copies = await session.run(Object.fromEntries(tensors))
  await session.release()
  return new Map([...tensors.keys()].map((name) => [name, copies[`copy/${name}`] as ort.Tensor]))
}

class GpuState implements DeviceState {
  readonly tensors: Promise<Map<string, ort.Tensor>>

  constructor(initial: ReadonlyMap<string, ort.Tensor>) {
    this.tensors = initial.size === 0 ? Promise.resolve(new Map()) : copy(initial, 'gpu-buffer')
  }

  async read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    const tensors = await this.tensors
    const wanted = new Map(names.map((name) => [name, tensors.get(name)!]))
    const missing = names.find((name) => !tensors.has(name))
    if (missing !== undefined) throw new Error(`The state holds no tensor named ${missing}.`)
    const copies = await copy(wanted, 'cpu')
    return Object.fromEntries([...copies].map(([name, { data }]) => [name, (data as Float32Array).slice()]))
  }
}

/** @param verbose lets ONNX Runtime log the provider of every node, for the test that no node falls back to the CPU */
export function openWebGpu(description: string, verbose = false): Device {
  return {
    name: 'webgpu',
    description,

    createState(values) {
      const initial = new Map<string, ort.Tensor>()
      for (const [name, { shape, numbers }] of Object.entries(values))
        initial.set(name, hostTensor({ shape, dtype: 'float32' }, Float32Array.from(numbers)))
      return new GpuState(initial)
    },

    async compile(program): Promise<CompiledProgram> {
      const { model, updated, results } = compileToOnnx(program, 'webgpu')
      const locations = { ...atAll(updated.map(nextOf), 'gpu-buffer'), ...atAll(results, 'cpu') }
      const session = await createSession(model, locations, verbose)
      const used = new Set(session.inputNames)
      const stateNames = Object.keys(program.state).filter((name) => used.has(name))
      const inputs = Object.entries(program.inputs).filter(([name]) => used.has(name))
      return {
        async run(state, given) {
          if (!(state instanceof GpuState)) throw new Error('This state lives on another device.')
          const tensors = await state.tensors
          const feeds: Record<string, ort.Tensor> = {}
          for (const name of stateNames) feeds[name] = tensors.get(name)!
          for (const [name, specification] of inputs) feeds[name] = hostTensor(specification, given[name]!)
          const outputs = await session.run(feeds)
          for (const name of updated) {
            tensors.get(name)?.dispose()
            tensors.set(name, outputs[nextOf(name)] as ort.Tensor)
          }
          return Object.fromEntries(results.map((name) => [name, outputs[name]!.data as Numbers]))
        },
        release: () => session.release(),
      }
    },
  }
}
