/** The CPU device: programs are traced, lowered to ONNX and run by ONNX Runtime, one call per step. */
import os from 'node:os'
import * as ort from 'onnxruntime-node'
import { lower } from '../onnx/lowering/index.ts'
import type { CompiledProgram, Device, DeviceState, Numbers, Program } from '../program.ts'
import { trace } from '../tracing/backend.ts'
import { simplify } from '../tracing/simplify.ts'

/** Every tensor has a spare of the same size: a step writes into the spares, which then change places. */
class CpuState implements DeviceState {
  readonly current = new Map<string, ort.Tensor>()
  readonly spare = new Map<string, ort.Tensor>()

  spareOf(name: string): ort.Tensor {
    let spare = this.spare.get(name)
    if (!spare) {
      const { dims, size } = this.current.get(name)!
      spare = new ort.Tensor('float32', new Float32Array(size), dims)
      this.spare.set(name, spare)
    }
    return spare
  }

  swap(name: string): void {
    const spare = this.spareOf(name)
    this.spare.set(name, this.current.get(name)!)
    this.current.set(name, spare)
  }

  read(name: string): Promise<Float32Array> {
    const tensor = this.current.get(name)
    if (!tensor) return Promise.reject(new Error(`The state holds no tensor named ${name}.`))
    return Promise.resolve(Float32Array.from(tensor.data as Float32Array))
  }
}

const nextPrefix = 'next/'

/** The whole program as one graph: updated state leaves under `next/<name>`, results under their own names. */
export async function compileToOnnx(
  program: Program,
): Promise<{ model: Uint8Array; updated: string[]; results: string[] }> {
  const updated: string[] = []
  const results: string[] = []
  const graph = await trace({ ...program.state, ...program.inputs }, (tensors) => {
    const made = program.build(tensors, tensors)
    updated.push(...Object.keys(made.state))
    results.push(...Object.keys(made.results))
    const next = Object.entries(made.state).map(([name, tensor]) => [nextPrefix + name, tensor] as const)
    return { ...Object.fromEntries(next), ...made.results }
  })
  return { model: lower(simplify(graph)), updated, results }
}

const numbersOf: Record<string, (numbers: Numbers) => [ort.Tensor.Type, Numbers]> = {
  float32: (numbers) => ['float32', numbers],
  int32: (numbers) => ['int32', numbers],
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
      const { model, updated, results } = await compileToOnnx(program)
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      const stateNames = Object.keys(program.state).filter((name) => session.inputNames.includes(name))
      return {
        async run(state, inputs) {
          if (!(state instanceof CpuState)) throw new Error('This state lives on another device.')
          const feeds: Record<string, ort.Tensor> = {}
          for (const name of stateNames) feeds[name] = state.current.get(name)!
          for (const [name, { shape, dtype }] of Object.entries(program.inputs)) {
            const [type, numbers] = numbersOf[dtype]!(inputs[name]!)
            feeds[name] = new ort.Tensor(type, numbers as Float32Array, shape)
          }
          const fetches: Record<string, ort.Tensor | null> = {}
          for (const name of updated) fetches[nextPrefix + name] = state.spareOf(name)
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
