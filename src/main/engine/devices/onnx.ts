/**
 * What the devices that ONNX Runtime serves have in common: a program is traced, lowered to ONNX and run by a session,
 * one call per step. Where the state lives between calls is the business of each: hostState.ts, webgpu.ts.
 */
import * as ort from 'onnxruntime-node'
import { compileToOnnx, hostTensor, nextOf } from '../onnx/compile.ts'
import type { OnnxProgram } from '../onnx/compile.ts'
import type { Target } from '../onnx/lowering/index.ts'
import type { CompiledProgram, Device, DeviceState, Numbers, Program } from '../program.ts'

/** Named tensors between two calls. The state owns its tensors: it frees those that are replaced. */
export interface OnnxState extends DeviceState {
  /** Resolves when the first numbers are where they belong. */
  readonly ready: Promise<unknown>
  /** @throws Error where there is none of that name */
  tensor(name: string): ort.Tensor
  /** A tensor to write the next value into, or null where the provider makes one. */
  destination(name: string): ort.Tensor | null
  /** `next` is from now on the tensor of that name. */
  replace(name: string, next: ort.Tensor): void
}

export type InitialValues = Parameters<Device['createState']>[0]

export interface OnnxDevice<State extends OnnxState> {
  readonly name: string
  readonly description: string
  readonly target: Target
  sessionOptions(program: OnnxProgram): ort.InferenceSession.SessionOptions
  readonly State: new (values: InitialValues) => State
}

const missing = (name: string) => new Error(`The state holds no tensor named ${name}.`)

/** The tensor of that name. @throws Error where there is none */
export function tensorOf(tensors: ReadonlyMap<string, ort.Tensor>, name: string): ort.Tensor {
  const tensor = tensors.get(name)
  if (!tensor) throw missing(name)
  return tensor
}

/** Initial values as tensors in host memory; the numbers are copied. */
export const hostTensors = (values: InitialValues): Map<string, ort.Tensor> =>
  new Map(
    Object.entries(values).map(([name, { shape, numbers }]) => [
      name,
      hostTensor({ shape, dtype: 'float32' }, Float32Array.from(numbers)),
    ]),
  )

export function onnxDevice<State extends OnnxState>(device: OnnxDevice<State>): Device {
  const { name, description, target, State, sessionOptions } = device
  return {
    name,
    description,
    createState: (values) => new State(values),
    async compile(program: Program): Promise<CompiledProgram> {
      const onnx = compileToOnnx(program, target)
      const { model, updated, results } = onnx
      const session = await ort.InferenceSession.create(model, {
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        ...sessionOptions(onnx),
      })
      // the optimiser of ONNX Runtime may find that an input decides nothing
      const used = new Set(session.inputNames)
      const stateNames = Object.keys(program.state).filter((name) => used.has(name))
      const inputs = Object.entries(program.inputs).filter(([name]) => used.has(name))
      return {
        async run(state, given) {
          if (!(state instanceof State)) throw new Error('This state lives on another device.')
          await state.ready
          const feeds: Record<string, ort.Tensor> = {}
          for (const name of stateNames) feeds[name] = state.tensor(name)
          for (const [name, specification] of inputs) feeds[name] = hostTensor(specification, given[name]!)
          const fetches: Record<string, ort.Tensor | null> = {}
          for (const name of updated) fetches[nextOf(name)] = state.destination(name)
          for (const name of results) fetches[name] = null
          const outputs = await session.run(feeds, fetches)
          for (const name of updated) state.replace(name, outputs[nextOf(name)] as ort.Tensor)
          return Object.fromEntries(results.map((name) => [name, outputs[name]!.data as Numbers]))
        },
        release: () => session.release(),
      }
    },
  }
}
