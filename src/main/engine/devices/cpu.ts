/** The CPU device: programs are traced, lowered to ONNX and run by ONNX Runtime, one call per step. */
import os from 'node:os'
import * as ort from 'onnxruntime-node'
import { compileToOnnx, hostTensor, nextOf } from '../onnx/compile.ts'
import type { CompiledProgram, Device, DeviceState, Numbers } from '../program.ts'

/** Every tensor has a spare of the same size: a step writes into the spares, which then change places. */
class CpuState implements DeviceState {
  readonly current = new Map<string, ort.Tensor>()
  readonly #spares = new Map<string, ort.Tensor>()

  tensor(name: string): ort.Tensor {
    const tensor = this.current.get(name)
    if (!tensor) throw new Error(`The state holds no tensor named ${name}.`)
    return tensor
  }

  spareOf(name: string): ort.Tensor {
    let spare = this.#spares.get(name)
    if (!spare) {
      const { dims, size } = this.tensor(name)
      spare = new ort.Tensor('float32', new Float32Array(size), dims)
      this.#spares.set(name, spare)
    }
    return spare
  }

  swap(name: string): void {
    const spare = this.spareOf(name)
    this.#spares.set(name, this.tensor(name))
    this.current.set(name, spare)
  }

  read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    const copies = names.map(
      (name) => [name, Float32Array.from(this.tensor(name).data as Float32Array)] as const,
    )
    return Promise.resolve(Object.fromEntries(copies))
  }
}

export function describeProcessor(threads: number): string {
  const model = os.cpus()[0]?.model.trim() || 'unknown processor'
  return `${model}, ${threads} of ${os.availableParallelism()} threads`
}

/**
 * Opens the CPU with a number of threads.
 * With the same number of threads every result repeats bit for bit. Threads do not spin while they wait, because other
 * runs may share the cores.
 */
export function openCpu(threads: number): Device {
  return {
    name: 'cpu',
    description: describeProcessor(threads),

    createState(values) {
      const state = new CpuState()
      for (const [name, { shape, numbers }] of Object.entries(values))
        state.current.set(name, new ort.Tensor('float32', Float32Array.from(numbers), shape))
      return state
    },

    async compile(program): Promise<CompiledProgram> {
      const { model, updated, results } = compileToOnnx(program, 'cpu')
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      const used = new Set(session.inputNames)
      const stateNames = Object.keys(program.state).filter((name) => used.has(name))
      const inputs = Object.entries(program.inputs).filter(([name]) => used.has(name))
      return {
        async run(state, given) {
          if (!(state instanceof CpuState)) throw new Error('This state lives on another device.')
          const feeds: Record<string, ort.Tensor> = {}
          for (const name of stateNames) feeds[name] = state.tensor(name)
          for (const [name, specification] of inputs) feeds[name] = hostTensor(specification, given[name]!)
          const fetches: Record<string, ort.Tensor | null> = {}
          for (const name of updated) fetches[nextOf(name)] = state.spareOf(name)
          for (const name of results) fetches[name] = null
          const outputs = await session.run(feeds, fetches)
          for (const name of updated) state.swap(name)
          return Object.fromEntries(results.map((name) => [name, outputs[name]!.data as Numbers]))
        },
        release: () => session.release(),
      }
    },
  }
}
