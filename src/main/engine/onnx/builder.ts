/**
 * Builds an ONNX model node by node. Lowerings (lowering/) speak to it in names of values; it names what they make,
 * and shares equal constants.
 */
import type { DataType, Graph, Numbers, Operation, Value } from '../tracing/graph.ts'
import { attributeTypes, elementTypes } from './schema.ts'
import type {
  AttributeMessage,
  ModelMessage,
  NodeMessage,
  TensorMessage,
  ValueInfoMessage,
} from './schema.ts'

export type Attributes = Readonly<Record<string, number | string | readonly number[] | FloatAttribute>>
/** A float attribute whose value may be a whole number: `alpha: float(1)`. */
export interface FloatAttribute {
  readonly float: number
}
export const float = (value: number): FloatAttribute => ({ float: value })

/**
 * ai.onnx 21: the newest whose every operation that we use ONNX Runtime 1.30 runs on its CPU and WebGPU providers. What is
 * exported is of 18, which ONNX Runtime reads since 1.14 (February 2023), and the oldest that has all we need.
 */
const opsets = { cpu: 21, webgpu: 21, portable: 18 } as const
const irVersions = { cpu: 10, webgpu: 10, portable: 8 } as const
export const microsoft = 'com.microsoft'

function attributeMessage(name: string, value: Attributes[string]): AttributeMessage {
  if (typeof value === 'string')
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) }
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? { name, type: attributeTypes.int, i: value }
      : { name, type: attributeTypes.float, f: value }
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float }
  return { name, type: attributeTypes.ints, ints: value }
}

const valueInfo = (name: string, { shape, dtype }: Value): ValueInfoMessage => ({
  name,
  type: {
    tensorType: { elemType: elementTypes[dtype], shape: { dim: shape.map((dimValue) => ({ dimValue })) } },
  },
})

/** The execution provider that a model is for: their kernels differ. `portable` is any runtime: standard operators only. */
export type Target = 'cpu' | 'webgpu' | 'portable'

export class ModelBuilder {
  readonly target: Target
  readonly #nodes: NodeMessage[] = []
  readonly #initializers = new Map<string, TensorMessage>()
  readonly #names = new Map<Value, string>()
  #nextName = 0

  /** Values that the graph returns are made under the name of their output, so that nothing is copied at the end. */
  constructor(graph: Graph, target: Target) {
    this.target = target
    for (const [name, value] of graph.outputs)
      if (!value.constant && !value.inputName && !this.#names.has(value)) this.#names.set(value, name)
  }

  /** The ONNX name of a traced value; constants become initializers at their first use. */
  name(value: Value): string {
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const name = value.constant
      ? this.constant(value.constant, value.shape, value.dtype)
      : (value.inputName ?? `v${value.id}`)
    this.#names.set(value, name)
    return name
  }

  /** Lets `value` be known by a name that already exists, instead of computing it again. */
  alias(value: Value, name: string): void {
    this.#names.set(value, name)
  }

  /** Adds a node whose single result is a new name. */
  add(opType: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    const output = `t${this.#nextName++}`
    this.addTo([output], opType, inputs, attributes, domain)
    return output
  }

  /** Adds a node that makes the traced values `outputs`. */
  make(
    outputs: readonly Value[],
    opType: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    domain = '',
  ) {
    this.addTo(
      outputs.map((value) => this.name(value)),
      opType,
      inputs,
      attributes,
      domain,
    )
  }

  addTo(
    outputs: readonly string[],
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    domain: string,
  ) {
    this.#nodes.push({
      name: `${opType}_${this.#nodes.length}`,
      opType,
      domain,
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
    })
  }

  constant(numbers: Numbers, shape: readonly number[], dtype: DataType): string {
    return this.#initializer(
      new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
      shape,
      elementTypes[dtype],
    )
  }
  /** A float32 scalar. */
  scalar(value: number): string {
    return this.constant(Float32Array.of(value), [], 'float32')
  }
  /** A vector of int64, as ONNX wants shapes and axes. */
  integers(values: readonly number[]): string {
    const numbers = BigInt64Array.from(values, BigInt)
    return this.#initializer(new Uint8Array(numbers.buffer), [values.length], elementTypes.int64)
  }

  #initializer(bytes: Uint8Array, dims: readonly number[], dataType: number): string {
    const key = `${dataType}[${dims}]${Buffer.from(bytes).toString('latin1')}`
    let tensor = this.#initializers.get(key)
    if (!tensor) {
      tensor = { name: `c${this.#initializers.size}`, dims, dataType, rawData: bytes }
      this.#initializers.set(key, tensor)
    }
    return tensor.name
  }

  /** The model whose inputs and outputs are those of `graph`. */
  message(graph: Graph): ModelMessage {
    for (const [name, value] of graph.outputs)
      if (this.name(value) !== name) this.addTo([name], 'Identity', [this.name(value)], {}, '')
    return {
      irVersion: irVersions[this.target],
      producerName: 'attention-workbench',
      opsetImport: [
        { domain: '', version: opsets[this.target] },
        ...(this.target === 'portable' ? [] : [{ domain: microsoft, version: 1 }]),
      ],
      graph: {
        name: 'program',
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: [...graph.inputs].map(([name, value]) => valueInfo(name, value)),
        output: [...graph.outputs].map(([name, value]) => valueInfo(name, value)),
      },
    }
  }
}

/** Emits the nodes of one operation. */
export type Lowering = (model: ModelBuilder, operation: Operation) => void
