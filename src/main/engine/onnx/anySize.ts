/**
 * One ONNX model for sizes that are known only when it runs. Tracing knows sizes (../tracing/graph.ts), so the same
 * program is lowered for several of them, and the models are laid on top of each other: what is equal in all stays, a
 * shape that differs becomes a function of the sizes, and a constant that grows (a mask, a table of positions) becomes
 * the beginning of the largest.
 *
 * A dimension n is taken for b^k · (α t² + β t + γ), k 0 or 1, with the sizes b and t of the input: α, β and γ follow
 * from three lengths, a fourth and a second b confirm them. What fits no such function is refused, never guessed.
 */
import { sizeFromShape } from '../tracing/shapes.ts'
import { elementTypes, type ModelMessage, type NodeMessage, type TensorMessage } from './schema.ts'

/** The sizes of one lowering. */
export interface Sizes {
  readonly batch: number
  readonly tokens: number
}

export interface SizedModel extends Sizes {
  readonly model: ModelMessage
}

/** b^power · (α t² + β t + γ) */
interface Expression {
  readonly power: 0 | 1
  readonly coefficients: readonly [square: number, linear: number, constant: number]
}

/** The names that dimensions have in the model. */
export interface SizeNames {
  readonly batch: string
  readonly tokens: string
}

/** Thrown where models of different sizes differ in more than their sizes. */
export class NotGeneral extends Error {}

/**
 * @param models of one program: at least two of different batches, and where `tokens` differs four lengths of which the
 *   largest is the largest that the model will take
 * @param input whose first dimension is the batch and whose second, where lengths differ, is the length
 */
export function generalised(models: readonly SizedModel[], input: string, names: SizeNames): ModelMessage {
  const largest = models.reduce((a, b) => (b.tokens > a.tokens ? b : a))
  const { graph } = largest.model
  const nodes: NodeMessage[] = []
  const initializers = new Map<string, TensorMessage>()
  const tables = models.map(
    ({ model }) => new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor])),
  )
  const own = tables[models.indexOf(largest)]!

  const keep = (tensor: TensorMessage): string => {
    const key = `${tensor.dataType}[${tensor.dims}]${Buffer.from(tensor.rawData).toString('latin1')}`
    const known = initializers.get(key)
    if (known) return known.name
    initializers.set(key, { ...tensor, name: `constant_${initializers.size}` })
    return initializers.get(key)!.name
  }
  const emit = sizeArithmetic(nodes, keep, input)

  function constant(tensors: readonly TensorMessage[]): string {
    const tensor = tensors[models.indexOf(largest)]!
    if (tensors.every((other) => sameTensor(other, tensor))) return keep(tensor)
    if (tensor.dataType === elementTypes.int64 && tensors.every((other) => sameDims(other, tensor)))
      return emit.vector(transpose(tensors.map(integersOf)).map((values) => fitted(values, models)))
    const shape = transpose(tensors.map(({ dims }) => dims)).map((values) => fitted(values, models))
    const repeated = tensor.dims.map(
      (size, axis) =>
        tensors.some(({ dims }) => dims[axis] !== size) && tensors.every((other) => isRepeated(other, axis)),
    )
    const singles = tensors.map((other) =>
      beginning(
        other,
        other.dims.map((size, axis) => (repeated[axis] ? 1 : size)),
      ),
    )
    const single = singles[models.indexOf(largest)]!
    const isWhole = singles.every((other) => sameTensor(other, single))
    if (!isWhole && !singles.every((other) => sameTensor(beginning(single, other.dims), other)))
      throw new NotGeneral(`A constant of shape [${tensor.dims}] is not the beginning of a larger one.`)
    const ends = shape.map((size, axis) => (repeated[axis] ? plain(1) : size))
    const zeros = ends.map(() => plain(0))
    const part = isWhole
      ? keep(single)
      : emit.node('Slice', [keep(single), emit.vector(zeros), emit.vector(ends)])
    return repeated.includes(true) ? emit.node('Expand', [part, emit.vector(shape)]) : part
  }

  for (const [index, node] of graph.node.entries()) {
    const alike = models.map(({ model }) => model.graph.node[index])
    if (!alike.every((other) => other && sameNode(other, node)))
      throw new NotGeneral(`Node ${index}, ${node.opType}, depends on the sizes.`)
    const inputs = node.input.map((name, place) => {
      const tensors = alike.map((other, model) => tables[model]!.get(other!.input[place]!))
      if (tensors.every((tensor) => tensor !== undefined)) return constant(tensors)
      if (own.has(name) || alike.some((other) => other!.input[place] !== name))
        throw new NotGeneral(`Node ${index}, ${node.opType}, has other inputs where the sizes differ.`)
      return name
    })
    nodes.push({ ...node, input: inputs })
  }

  const general = (side: 'input' | 'output') =>
    graph[side].map((info, index) => {
      const { elemType } = info.type.tensorType
      const shapes = models.map(({ model }) =>
        model.graph[side][index]!.type.tensorType.shape.dim.map((dimension) =>
          'dimValue' in dimension ? dimension.dimValue : NaN,
        ),
      )
      const dim = transpose(shapes).map((values) => dimensionOf(fitted(values, models), names))
      return { name: info.name, type: { tensorType: { elemType, shape: { dim } } } }
    })
  return {
    ...largest.model,
    graph: {
      ...graph,
      node: nodes,
      initializer: [...initializers.values()],
      input: general('input'),
      output: general('output'),
    },
  }
}

const plain = (value: number): Expression => ({ power: 0, coefficients: [0, 0, value] })

/** The function of the sizes that has these values. @throws NotGeneral where there is none */
function fitted(values: readonly number[], sizes: readonly Sizes[]): Expression {
  for (const power of [0, 1] as const) {
    const parts = values.map((value, index) => value / sizes[index]!.batch ** power)
    const coefficients = parabola(parts, sizes)
    const fits = parts.every(
      (part, index) => part === evaluated(coefficients, sizes[index]!.tokens) && Number.isInteger(part),
    )
    if (fits && coefficients.every(Number.isInteger)) return { power, coefficients }
  }
  throw new NotGeneral(`Sizes ${values.join(', ')} follow neither the batch nor the length.`)
}

const evaluated = ([square, linear, rest]: Expression['coefficients'], t: number): number =>
  square * t * t + linear * t + rest

/** Through the points of three different lengths (Newton's divided differences), or the constant of a single one. */
function parabola(values: readonly number[], sizes: readonly Sizes[]): Expression['coefficients'] {
  const byLength = new Map(sizes.map(({ tokens }, index) => [tokens, values[index]!]))
  const points = [...byLength].sort(([a], [b]) => a - b).slice(0, 3)
  if (points.length < 3) return [0, 0, values[0]!]
  const [[t0, v0], [t1, v1], [t2, v2]] = points as [[number, number], [number, number], [number, number]]
  const first = (v1 - v0) / (t1 - t0)
  const second = ((v2 - v1) / (t2 - t1) - first) / (t2 - t0)
  return [second, first - second * (t0 + t1), v0 - first * t0 + second * t0 * t1]
}

function dimensionOf({ power, coefficients }: Expression, names: SizeNames) {
  const [square, linear, rest] = coefficients
  if (power === 0 && square === 0 && linear === 0) return { dimValue: rest }
  if (square === 0 && rest === 0 && linear === 1 && power === 0) return { dimParam: names.tokens }
  if (square === 0 && linear === 0 && rest === 1) return { dimParam: names.batch }
  return { dimParam: `${names.batch}_by_${names.tokens}` }
}

/** Nodes that compute expressions of the sizes of `input` when the model runs; each expression once. */
function sizeArithmetic(nodes: NodeMessage[], keep: (tensor: TensorMessage) => string, input: string) {
  const made = new Map<string, string>()
  let count = 0
  function node(opType: string, inputs: readonly string[], attribute: NodeMessage['attribute'] = []): string {
    const key = `${opType}(${inputs.join()})`
    const known = made.get(key)
    if (known !== undefined) return known
    const output = `size_${count++}`
    nodes.push({
      name: `${opType}_of_${output}`,
      opType,
      domain: '',
      input: inputs,
      output: [output],
      attribute,
    })
    made.set(key, output)
    return output
  }
  const integer = (value: number) =>
    keep({
      name: '',
      dims: [1],
      dataType: elementTypes.int64,
      rawData: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
    })
  const axis = { name: 'axis', type: 2, i: 0 }
  const size = (dimension: 0 | 1) => node('Gather', [node('Shape', [input]), integer(dimension)], [axis])
  const product = (a: string, b: number) => (b === 1 ? a : node('Mul', [a, integer(b)]))
  function single({ power, coefficients: [square, linear, rest] }: Expression): string {
    const terms = [
      ...(square === 0 ? [] : [product(node('Mul', [size(1), size(1)]), square)]),
      ...(linear === 0 ? [] : [product(size(1), linear)]),
      ...(rest === 0 && (square !== 0 || linear !== 0) ? [] : [integer(rest)]),
    ]
    const sum = terms.reduce((a, b) => node('Add', [a, b]))
    return power === 0 ? sum : node('Mul', [size(0), sum])
  }
  return {
    node: (opType: string, inputs: readonly string[]) => node(opType, inputs),
    /** int64, of so many expressions. */
    vector: (expressions: readonly Expression[]) => node('Concat', expressions.map(single), [axis]),
  }
}

const integersOf = ({ rawData }: TensorMessage): number[] =>
  Array.from(new BigInt64Array(Uint8Array.from(rawData).buffer), Number)

const transpose = <Item>(rows: readonly (readonly Item[])[]): Item[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]!))

const sameDims = (a: TensorMessage, b: TensorMessage) =>
  a.dims.length === b.dims.length && a.dims.every((size, axis) => size === b.dims[axis])
const sameTensor = (a: TensorMessage, b: TensorMessage) =>
  a.dataType === b.dataType && sameDims(a, b) && Buffer.compare(a.rawData, b.rawData) === 0

/** All but the inputs that are constants. */
const sameNode = (a: NodeMessage, b: NodeMessage) =>
  a.opType === b.opType &&
  a.domain === b.domain &&
  a.input.length === b.input.length &&
  a.output.join() === b.output.join() &&
  JSON.stringify(a.attribute) === JSON.stringify(b.attribute)

/** What a tensor has in the first places of every axis: as much as there is where `dims` names more. */
function beginning(tensor: TensorMessage, dims: readonly number[]): TensorMessage {
  const kept = dims.map((size, axis) => Math.min(size, tensor.dims[axis]!))
  const width = tensor.rawData.length / sizeFromShape(tensor.dims)
  const rawData = new Uint8Array(sizeFromShape(kept) * width)
  for (let index = 0; index * width < rawData.length; index++) {
    const from = placeIn(tensor.dims, kept, index) * width
    rawData.set(tensor.rawData.subarray(from, from + width), index * width)
  }
  return { ...tensor, dims: kept, rawData }
}

/** Where the `index`-th number of a part is in the whole. */
function placeIn(whole: readonly number[], part: readonly number[], index: number): number {
  let place = 0
  let stride = 1
  for (let axis = part.length - 1; axis >= 0; axis--) {
    place += (index % part[axis]!) * stride
    index = Math.floor(index / part[axis]!)
    stride *= whole[axis]!
  }
  return place
}

/** Whether a tensor is the same in every place of an axis. */
function isRepeated(tensor: TensorMessage, axis: number): boolean {
  const { dims, rawData } = tensor
  const inner = (sizeFromShape(dims.slice(axis + 1)) * rawData.length) / sizeFromShape(dims)
  const block = inner * dims[axis]!
  const bytes = Buffer.from(rawData.buffer, rawData.byteOffset, rawData.length)
  for (let start = 0; start < bytes.length; start += block)
    for (let at = start + inner; at < start + block; at += inner)
      if (bytes.compare(bytes, start, start + inner, at, at + inner) !== 0) return false
  return true
}
