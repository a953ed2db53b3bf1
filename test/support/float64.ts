/**
 * Runs a traced graph in float64, one obvious loop per kernel: slow, and independent of tfjs and of ONNX Runtime.
 * Gradients are checked against central differences of what it computes.
 */
import type { Graph, Operation, Value } from '../../src/main/engine/tracing/graph.ts'
import { normalisedAxes, sizeFromShape, type Shape } from '../../src/main/engine/tracing/shapes.ts'

type Numbers = Float64Array
interface Tensor {
  readonly shape: Shape
  readonly numbers: Numbers
}

/** Position along each axis of the element at `index`. */
function positionOf(index: number, shape: Shape): number[] {
  const position: number[] = []
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = index % shape[axis]!
    index = Math.floor(index / shape[axis]!)
  }
  return position
}
const indexOf = (position: readonly number[], shape: Shape): number =>
  shape.reduce((index, size, axis) => index * size + position[axis]!, 0)

/** Builds a tensor element by element from its position. */
const fill = (shape: Shape, element: (position: number[]) => number): Tensor => ({
  shape,
  numbers: Float64Array.from({ length: sizeFromShape(shape) }, (_, index) =>
    element(positionOf(index, shape)),
  ),
})
const at = ({ shape, numbers }: Tensor, position: readonly number[]): number =>
  numbers[indexOf(position, shape)]!
/** The element that broadcasting shows at `position` of a larger shape. */
const atBroadcast = (tensor: Tensor, position: readonly number[]): number => {
  const offset = position.length - tensor.shape.length
  return at(
    tensor,
    tensor.shape.map((size, axis) => (size === 1 ? 0 : position[axis + offset]!)),
  )
}

/** Abramowitz & Stegun 7.1.5 and 7.1.14: the power series near zero, a continued fraction far from it. */
export function erf(x: number): number {
  if (x < 0) return -erf(-x)
  if (x < 3) {
    let term = x
    let sum = x
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
      if (n > 200) break
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = x
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction
  return 1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}

const unary: Record<string, (x: number, attributes: Record<string, unknown>) => number> = {
  Abs: Math.abs,
  Cast: (x) => x,
  ClipByValue: (x, { clipValueMin, clipValueMax }) =>
    Math.min(Math.max(x, clipValueMin as number), clipValueMax as number),
  Elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  Erf: erf,
  Exp: Math.exp,
  Gelu: (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2,
  Log: Math.log,
  LogicalNot: (x) => 1 - x,
  Neg: (x) => -x,
  OnesLike: () => 1,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  Sqrt: Math.sqrt,
  Square: (x) => x * x,
  Step: (x, { alpha }) => (x > 0 ? 1 : (alpha as number)),
  Tanh: Math.tanh,
  ZerosLike: () => 0,
}
const binary: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  GreaterEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessEqual: (a, b) => Number(a <= b),
  LogicalAnd: (a, b) => a * b,
  Maximum: Math.max,
  Minimum: Math.min,
  Multiply: (a, b) => a * b,
  NotEqual: (a, b) => Number(a !== b),
  Pow: Math.pow,
  RealDiv: (a, b) => a / b,
  SquaredDifference: (a, b) => (a - b) ** 2,
  Sub: (a, b) => a - b,
}

/** Applies `row` to every vector along the last axis. */
function alongRows({ shape, numbers }: Tensor, row: (values: Numbers) => Numbers): Tensor {
  const width = shape.at(-1)!
  const result = new Float64Array(numbers.length)
  for (let start = 0; start < numbers.length; start += width)
    result.set(row(numbers.subarray(start, start + width)), start)
  return { shape, numbers: result }
}
const logSoftmax = (values: Numbers): Numbers => {
  const largest = Math.max(...values)
  const logSum = largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
  return values.map((value) => value - logSum)
}

function reduce(
  x: Tensor,
  axes: readonly number[],
  output: Shape,
  combine: (values: number[]) => number,
): Tensor {
  const groups = new Map<string, number[]>()
  x.numbers.forEach((value, index) => {
    const key = positionOf(index, x.shape)
      .filter((_, axis) => !axes.includes(axis))
      .join()
    groups.set(key, [...(groups.get(key) ?? []), value])
  })
  return { shape: output, numbers: Float64Array.from([...groups.values()], combine) }
}
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

type Rule = (inputs: Tensor[], operation: Operation) => Tensor[]
const shaped = (operation: Operation): Shape => operation.outputs[0]!.shape
const reduction =
  (axesName: string, combine: (values: number[]) => number): Rule =>
  ([x], operation) => {
    const axes = normalisedAxes(operation.attributes[axesName] as number[], x!.shape.length)
    return [reduce(x!, axes, shaped(operation), combine)]
  }

const rules: Record<string, Rule> = {
  Sum: reduction('axis', total),
  Mean: reduction('axis', (values) => total(values) / values.length),
  Max: reduction('reductionIndices', (values) => Math.max(...values)),
  AddN: (inputs, operation) => [fill(shaped(operation), (p) => total(inputs.map((x) => at(x, p))))],
  Softmax: ([x]) => [alongRows(x!, (row) => logSoftmax(row).map(Math.exp))],
  LogSoftmax: ([x]) => [alongRows(x!, logSoftmax)],
  Reshape: ([x], operation) => [{ shape: shaped(operation), numbers: x!.numbers }],
  ExpandDims: ([x], operation) => [{ shape: shaped(operation), numbers: x!.numbers }],
  BroadcastTo: ([x], operation) => [fill(shaped(operation), (p) => atBroadcast(x!, p))],
  Tile: ([x], operation) => [
    fill(shaped(operation), (p) =>
      at(
        x!,
        p.map((i, axis) => i % x!.shape[axis]!),
      ),
    ),
  ],
  Transpose: ([x], operation) => {
    const perm = operation.attributes.perm as number[]
    return [
      fill(shaped(operation), (p) =>
        at(
          x!,
          x!.shape.map((_, axis) => p[perm.indexOf(axis)]!),
        ),
      ),
    ]
  },
  Slice: ([x], operation) => {
    const begin = operation.attributes.begin as number[]
    return [
      fill(shaped(operation), (p) =>
        at(
          x!,
          p.map((i, axis) => i + begin[axis]!),
        ),
      ),
    ]
  },
  PadV2: ([x], operation) => {
    const before = (operation.attributes.paddings as [number, number][]).map(([count]) => count)
    return [
      fill(shaped(operation), (p) => {
        const inner = p.map((i, axis) => i - before[axis]!)
        const isInside = inner.every((i, axis) => i >= 0 && i < x!.shape[axis]!)
        return isInside ? at(x!, inner) : (operation.attributes.constantValue as number)
      }),
    ]
  },
  Concat: (inputs, operation) => {
    const axis = normalisedAxes(operation.attributes.axis as number, shaped(operation).length)[0]!
    return [
      fill(shaped(operation), (p) => {
        let along = p[axis]!
        const part = inputs.find(({ shape }) => along < shape[axis]! || ((along -= shape[axis]!), false))!
        return at(part, p.with(axis, along))
      }),
    ]
  },
  SplitV: ([x], operation) => {
    const axis = normalisedAxes(operation.attributes.axis as number, x!.shape.length)[0]!
    let start = 0
    return operation.outputs.map(({ shape }) => {
      const first = start
      start += shape[axis]!
      return fill(shape, (p) => at(x!, p.with(axis, p[axis]! + first)))
    })
  },
  Select: ([condition, yes, no], operation) => [
    fill(shaped(operation), (p) => atBroadcast(atBroadcast(condition!, p) ? yes! : no!, p)),
  ],
  GatherV2: ([x, indices], operation) => {
    const axis = operation.attributes.axis as number
    const rank = indices!.shape.length
    return [
      fill(shaped(operation), (p) =>
        at(x!, p.toSpliced(axis, rank, at(indices!, p.slice(axis, axis + rank)))),
      ),
    ]
  },
  OneHot: ([indices], operation) => [
    fill(shaped(operation), (p) => Number(at(indices!, p.slice(0, -1)) === p.at(-1))),
  ],
  BatchMatMul: ([a, b], operation) => {
    const { transposeA, transposeB, alpha } = operation.attributes
    const inner = a!.shape.at(transposeA ? -2 : -1)!
    return [
      fill(shaped(operation), (p) => {
        const [row, column] = p.slice(-2) as [number, number]
        const batch = p.slice(0, -2)
        const product = (k: number) =>
          atBroadcast(a!, [...batch, ...(transposeA ? [k, row] : [row, k])]) *
          atBroadcast(b!, [...batch, ...(transposeB ? [column, k] : [k, column])])
        return (
          ((alpha as number | undefined) ?? 1) * total(Array.from({ length: inner }, (_, k) => product(k)))
        )
      }),
    ]
  },
  SumOfSquares: ([x]) => [{ shape: [], numbers: Float64Array.of(total([...x!.numbers].map((v) => v * v))) }],
  LayerNormalization: ([x, scale]) => {
    const rows = [x!.shape[0]!, 1]
    const means: number[] = []
    const inverses: number[] = []
    const y = alongRows(x!, (row) => {
      const mean = total([...row]) / row.length
      const variance = total([...row].map((value) => (value - mean) ** 2)) / row.length
      means.push(mean)
      inverses.push(1 / Math.sqrt(variance + 1e-5))
      return row.map((value, column) => (value - mean) * inverses.at(-1)! * scale!.numbers[column]!)
    })
    return [
      y,
      { shape: rows, numbers: Float64Array.from(means) },
      { shape: rows, numbers: Float64Array.from(inverses) },
    ]
  },
  RmsNormalization: ([x, scale]) => {
    const inverses: number[] = []
    const y = alongRows(x!, (row) => {
      inverses.push(1 / Math.sqrt(total([...row].map((value) => value ** 2)) / row.length + 1e-5))
      return row.map((value, column) => value * inverses.at(-1)! * scale!.numbers[column]!)
    })
    return [y, { shape: [x!.shape[0]!, 1], numbers: Float64Array.from(inverses) }]
  },
  AdamW: ([weights, first, second, gradient, ...scalars], { attributes }) => {
    const { shape } = weights!
    const beta1 = attributes.beta1 as number
    const beta2 = attributes.beta2 as number
    const [firstGain, secondGain, stepSize, epsilon, keep] = scalars.map(({ numbers }) => numbers[0]!) as [number, number, number, number, number] // prettier-ignore
    const g = gradient!.numbers
    const m = first!.numbers.map((value, index) => beta1 * value + firstGain * g[index]!)
    const v = second!.numbers.map((value, index) => beta2 * value + secondGain * g[index]! ** 2)
    const w = weights!.numbers.map(
      (value, index) => keep * value - (stepSize * m[index]!) / (Math.sqrt(v[index]!) + epsilon),
    )
    return [w, m, v].map((numbers) => ({ shape, numbers }))
  },
  CrossEntropy: ([logits, targets]) => {
    const logProbabilities = alongRows(logits!, logSoftmax)
    const [rows] = logits!.shape as [number, number]
    const hits = Array.from(targets!.numbers, (target, row) => at(logProbabilities, [row, target]))
    return [{ shape: [], numbers: Float64Array.of(-total(hits) / rows) }, logProbabilities]
  },
}

function apply(operation: Operation, inputs: Tensor[]): Tensor[] {
  const { kernel, attributes } = operation
  const one = unary[kernel]
  if (one) {
    const numbers = Float64Array.from(inputs[0]!.numbers, (value) => one(value, attributes))
    return [{ shape: shaped(operation), numbers }]
  }
  const two = binary[kernel]
  if (two) {
    const [a, b] = inputs as [Tensor, Tensor]
    return [fill(shaped(operation), (p) => two(atBroadcast(a, p), atBroadcast(b, p)))]
  }
  const rule = rules[kernel]
  if (!rule) throw new Error(`test/support/float64.ts has no rule for ${kernel}: add one.`)
  return rule(inputs, operation)
}

/** The outputs of `graph` for the given inputs. */
export function interpret(
  graph: Graph,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, Numbers> {
  const known = new Map<Value, Tensor>()
  for (const [name, value] of graph.inputs)
    known.set(value, { shape: value.shape, numbers: Float64Array.from(inputs[name]!) })
  const tensorOf = (value: Value): Tensor =>
    value.constant ? { shape: value.shape, numbers: Float64Array.from(value.constant) } : known.get(value)!
  for (const operation of graph.operations)
    apply(operation, operation.inputs.map(tensorOf)).forEach((tensor, index) =>
      known.set(operation.outputs[index]!, tensor),
    )
  return Object.fromEntries([...graph.outputs].map(([name, value]) => [name, tensorOf(value).numbers]))
}
