/**
 * The graph that tracing records: values with static shapes, and the tfjs kernels that make them.
 * It knows nothing of ONNX (../onnx/lowering.ts) or of how it was recorded (backend.ts).
 */
import { sizeFromShape } from './shapes.ts'

export type DataType = 'float32' | 'int32' | 'bool'
export type Numbers = Float32Array | Int32Array | Uint8Array

/** A tensor that will exist when the graph runs. While tracing, it is also the tfjs `dataId`. */
export interface Value {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: DataType
  /** Set for values known at trace time. */
  readonly constant?: Numbers
  /** Set for values given from outside at every run. */
  readonly inputName?: string
}

/** One kernel call. `kernel` is tfjs's kernel name, or one of our named kernels (../operations). */
export interface Operation {
  readonly kernel: string
  readonly inputs: readonly Value[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly outputs: readonly Value[]
}

export class Graph {
  readonly inputs = new Map<string, Value>()
  readonly outputs = new Map<string, Value>()
  operations: Operation[] = []
  #nextId = 0

  input(name: string, shape: readonly number[], dtype: DataType): Value {
    const value: Value = { id: this.#nextId++, shape, dtype, inputName: name }
    this.inputs.set(name, value)
    return value
  }

  constant(numbers: Numbers, shape: readonly number[], dtype: DataType): Value {
    if (numbers.length !== sizeFromShape(shape))
      throw new Error(`A constant of shape [${shape}] cannot hold ${numbers.length} numbers.`)
    return { id: this.#nextId++, shape, dtype, constant: numbers }
  }

  value(shape: readonly number[], dtype: DataType): Value {
    return { id: this.#nextId++, shape, dtype }
  }

  record(operation: Operation): void {
    this.operations.push(operation)
  }
}
