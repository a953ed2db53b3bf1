/**
 * What the devices that ONNX Runtime serves have in common: a program is traced, lowered to ONNX and run by a session,
 * one call per step. Where the state lives between calls is the business of each: hostState.ts, webgpu.ts.
 */
import * as ort from 'onnxruntime-node'
import { compileToOnnx, hostTensor, nextOf } from '../onnx/compile.ts'
import type { OnnxProgram } from '../onnx/compile.ts'
import type { HostOperation, Operand } from '../host/operations.ts'
import type { Target } from '../onnx/lowering/index.ts'
import type { CompiledProgram, Device, DeviceState, Numbers, Program } from '../program.ts'

/**
 * A session with a count of those who need it: whoever opened it, and every tensor that it made and that lives on the
 * device. ONNX Runtime's WebGPU provider crashes when such a tensor outlives its session (1.30).
 */
export class SharedSession {
  readonly session: ort.InferenceSession
  #holders = 1

  constructor(session: ort.InferenceSession) {
    this.session = session
  }

  static async create(
    model: Uint8Array,
    options: ort.InferenceSession.SessionOptions,
  ): Promise<SharedSession> {
    const defaults = { graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const
    return new SharedSession(await ort.InferenceSession.create(model, { ...defaults, ...options }))
  }

  hold(): this {
    this.#holders++
    return this
  }

  /** The last one to let go releases the session. */
  async letGo(): Promise<void> {
    if (--this.#holders === 0) await this.session.release()
  }
}

/** Named tensors between two calls. The state owns its tensors: it frees those that are replaced. */
export interface OnnxState extends DeviceState {
  /** Resolves when the first numbers are where they belong. */
  readonly ready: Promise<void>
  /** @throws Error where there is none of that name */
  tensor(name: string): ort.Tensor
  // States in the host's memory, where alone there are host operations, also have these three:
  /** Makes room for what a program writes: called before anything of a call is fed or fetched. */
  prepare?(program: OnnxProgram): void
  /** Where the model writes what a host operation reads. */
  handed?(name: string): ort.Tensor
  /** Runs what the model leaves to the host; `scalar` finds numbers that are not in the state. */
  update?(operation: HostOperation, scalar: (operand: Operand) => number): void
  /** A tensor to write the next value into, or null where the provider makes one. */
  destination(name: string): ort.Tensor | null
  /** `next`, made by `session`, is from now on the tensor of that name. */
  replace(name: string, next: ort.Tensor, session: SharedSession): Promise<void>
}

export type InitialValues = Parameters<Device['createState']>[0]

export interface OnnxDevice<State extends OnnxState> {
  readonly name: string
  readonly description: string
  readonly target: Target
  sessionOptions(program: OnnxProgram): ort.InferenceSession.SessionOptions
  readonly State: new (values: InitialValues) => State
}

/** What a state holds under a name. @throws Error where there is nothing */
export function held<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (value === undefined) throw new Error(`The state holds no tensor named ${name}.`)
  return value
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
      const { model, updated, results, hostOperations } = onnx
      const shared = await SharedSession.create(model, sessionOptions(onnx))
      const { session } = shared
      // the optimiser of ONNX Runtime may find that an input decides nothing
      const used = new Set(session.inputNames)
      const stateNames = Object.keys(program.state).filter((name) => used.has(name))
      const inputs = Object.entries(program.inputs).filter(([name]) => used.has(name))
      const scalarOutputs = new Set(
        hostOperations.flatMap(({ scalars }) =>
          Object.values(scalars).flatMap((operand) => (operand.kind === 'output' ? [operand.name] : [])),
        ),
      )
      return {
        async run(state, given) {
          if (!(state instanceof State)) throw new Error('This state lives on another device.')
          await state.ready
          state.prepare?.(onnx)
          const feeds: Record<string, ort.Tensor> = {}
          for (const name of stateNames) feeds[name] = state.tensor(name)
          for (const [name, specification] of inputs) feeds[name] = hostTensor(specification, given[name]!)
          const fetches: Record<string, ort.Tensor | null> = {}
          for (const name of updated) fetches[nextOf(name)] = state.destination(name)
          for (const name of results) fetches[name] = null
          for (const name of scalarOutputs) fetches[name] = null
          for (const { gradient } of hostOperations) fetches[gradient.name] = state.handed!(gradient.name)
          const outputs = await session.run(feeds, fetches)
          const scalar = (operand: Operand): number => {
            if (operand.kind === 'constant') return operand.value
            if (operand.kind === 'given') return given[operand.name]![0]!
            if (operand.kind === 'output') return Number(outputs[operand.name]!.data[0])
            return Number(state.tensor(operand.name).data[0])
          }
          for (const operation of hostOperations) state.update!(operation, scalar)
          for (const name of updated) await state.replace(name, outputs[nextOf(name)] as ort.Tensor, shared)
          return Object.fromEntries(results.map((name) => [name, outputs[name]!.data as Numbers]))
        },
        release: () => shared.letGo(),
      }
    },
  }
}
