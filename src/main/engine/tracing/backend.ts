/**
 * A tfjs backend whose kernels compute shapes and record a graph instead of numbers, so that tfjs's own automatic
 * differentiation writes the backward pass into the same graph. See trace.ts for how it is used.
 */
import * as tf from '@tensorflow/tfjs'
import { Graph, type DataType, type Numbers, type Value } from './graph.ts'
import { kernelRules, type KernelRule } from './kernels.ts'

const tracingBackendName = 'tracing'

class TracingBackend extends tf.KernelBackend {
  graph: Graph | null = null

  recording(): Graph {
    if (!this.graph) throw new Error('The tracing backend only works inside trace().')
    return this.graph
  }

  /** tfjs creates every tensor with known numbers through here: they become constants of the graph. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.recording().constant(values as Numbers, shape, dtype as DataType)
  }

  override readSync(): never {
    throw new Error('A traced tensor has no numbers: the program may not depend on the value of a tensor.')
  }
  override read(): Promise<never> {
    return this.readSync()
  }

  override numDataIds(): number {
    return 0
  }
  override disposeData(): boolean {
    return true
  }
  override refCount(): number {
    return 1
  }
  override incRef(): void {}
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override dispose(): void {}
}

const backend = new TracingBackend()

/** Whether operations are being recorded for compilation, rather than computed. */
export const isTracing = (): boolean => backend.graph !== null

function isValue(dataId: object): dataId is Value {
  return 'id' in dataId && 'shape' in dataId && 'dtype' in dataId
}

/** Registers `name` with the tracing backend: calling it records an operation with the shapes that `rule` gives. */
export function registerTracedKernel(name: string, rule: KernelRule): void {
  tf.registerKernel({
    kernelName: name,
    backendName: tracingBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const named = inputs as Record<string, tf.TensorInfo>
      const tensors = rule.inputs
        ? rule.inputs.map((key) => named[key]).filter((tensor) => tensor !== undefined)
        : Object.values(named)
      const values = tensors.map(({ dataId, shape, dtype }) => {
        if (!isValue(dataId)) throw new Error(`${name} was given a tensor that was made outside the trace.`)
        // tfjs reshapes by giving new shapes to the same data: the graph needs to see it
        return alike(dataId, shape, dtype as DataType)
      })
      const attributes = { ...(attrs as Record<string, unknown>) }
      const graph = backend.recording()
      const outputs = rule.results(values, attributes).map(({ shape, dtype }) => graph.value(shape, dtype))
      graph.record({ kernel: name, inputs: values, attributes, outputs })
      const infos = outputs.map((value) => ({ dataId: value, shape: [...value.shape], dtype: value.dtype }))
      return infos.length === 1 ? infos[0]! : infos
    },
  })
}

function alike(value: Value, shape: readonly number[], dtype: DataType): Value {
  if (
    value.dtype !== dtype ||
    value.shape.length !== shape.length ||
    value.shape.some((d, i) => d !== shape[i])
  )
    throw new Error(`A traced tensor of shape [${value.shape}] was used as [${shape}].`)
  return value
}

let registered = false
function register(): void {
  if (registered) return
  registered = true
  tf.registerBackend(tracingBackendName, () => backend)
  for (const [name, rule] of kernelRules) registerTracedKernel(name, rule)
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: tracingBackendName,
    kernelFunc: ({ inputs }) => ({ ...(inputs as { x: tf.TensorInfo }).x }),
  })
  tf.registerKernel({
    kernelName: 'Fill',
    backendName: tracingBackendName,
    kernelFunc: ({ attrs }) => {
      const { shape, value, dtype } = attrs as unknown as { shape: number[]; value: number; dtype?: DataType }
      const graph = backend.recording()
      const scalar = graph.constant(Float32Array.of(value), [], dtype ?? 'float32')
      const filled = graph.value(shape, dtype ?? 'float32')
      graph.record({ kernel: 'BroadcastTo', inputs: [scalar], attributes: { shape }, outputs: [filled] })
      return { dataId: filled, shape, dtype: filled.dtype }
    },
  })
}

export interface TensorSpecification {
  readonly shape: readonly number[]
  readonly dtype: DataType
}
export type Tensors = Record<string, tf.Tensor>

/** tfjs switches between backends that need no preparation at once; only the promise it returns comes later. */
function switchBackend(name: string): void {
  void tf.setBackend(name)
  if (tf.getBackend() !== name) throw new Error(`tfjs did not switch to its backend ${name}.`)
}

/**
 * Runs `build` once with placeholder tensors of the given shapes and returns the graph of everything that its results
 * depend on. An operation that has no rule fails here with its name. Synchronous, because tfjs has one current backend.
 */
export function trace(
  inputs: Readonly<Record<string, TensorSpecification>>,
  build: (inputs: Tensors) => Tensors,
): Graph {
  register()
  const previous = tf.getBackend() as string | undefined
  const graph = new Graph()
  backend.graph = graph
  switchBackend(tracingBackendName)
  try {
    tf.tidy(() => {
      const placeholders: Tensors = {}
      for (const [name, { shape, dtype }] of Object.entries(inputs)) {
        const dataId = graph.input(name, shape, dtype)
        placeholders[name] = tf
          .engine()
          .makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, backend)
      }
      for (const [name, tensor] of Object.entries(build(placeholders)))
        graph.outputs.set(name, alike(tensor.dataId as Value, tensor.shape, tensor.dtype as DataType))
    })
  } catch (error) {
    const missing = error instanceof Error && /Kernel '(\w+)' not registered/.exec(error.message)
    if (!missing) throw error
    throw new Error(
      `The operation ${missing[1]} cannot be compiled yet: add its shape to src/main/engine/tracing/kernels.ts and its lowering to src/main/engine/onnx/lowering/.`,
      { cause: error },
    )
  } finally {
    backend.graph = null
    if (previous) switchBackend(previous)
  }
  return graph
}
