/**
 * How many floating-point operations a program does, counted on its traced graph, where every shape is known. A product
 * of (m, k) and (k, n) is 2·m·n·k: a multiplication and an addition each. An elementwise operation is one for every
 * element it makes, whatever the function; a reduction one for every element it reads. What only moves, compares or
 * looks up numbers is none. Our named kernels count as their formulas are written, pass by pass: `perElement`.
 */
import type { OperationCounts } from '../../shared/experiment.ts'
import type { Program } from './program.ts'
import { trace } from './tracing/backend.ts'
import type { Graph, Operation, Value } from './tracing/graph.ts'
import { sizeFromShape } from './tracing/shapes.ts'
import { simplify } from './tracing/simplify.ts'

const size = ({ shape }: Value): number => sizeFromShape(shape)
const made = ({ outputs }: Operation): number => size(outputs[0]!)
const read = ({ inputs }: Operation): number => Math.max(...inputs.map(size))
const none = (): number => 0

// prettier-ignore
const elementwise = [
  'Abs', 'Add', 'ClipByValue', 'Elu', 'EluGrad', 'Erf', 'Exp', 'Log', 'Maximum', 'Minimum', 'Multiply', 'Neg', 'Pow',
  'RealDiv', 'Reciprocal', 'Relu', 'Rsqrt', 'Sigmoid', 'Softplus', 'Sqrt', 'Square', 'SquaredDifference', 'Sub', 'Tanh',
]
const reductions = ['Max', 'Mean', 'Sum']
// prettier-ignore
const withoutArithmetic = [
  'BroadcastTo', 'Cast', 'Concat', 'Equal', 'ExpandDims', 'GatherV2', 'Greater', 'GreaterEqual', 'Less', 'LessEqual',
  'LogicalAnd', 'LogicalNot', 'NotEqual', 'OneHot', 'OnesLike', 'PadV2', 'Reshape', 'Select', 'Slice', 'SplitV', 'Step',
  'Tile', 'Transpose', 'ZerosLike',
]
/** Operations for every element of the largest input. */
const perElement: Record<string, number> = {
  Softmax: 5, // largest, subtract, exp, sum, divide
  LogSoftmax: 5, // largest, subtract, exp, sum, subtract
  CrossEntropy: 5, // a LogSoftmax
  CrossEntropyGradient: 3, // exp, subtract the target, scale
  LayerNormalization: 6, // mean; subtract, square, mean; divide, scale
  LayerNormalizationGradient: 12, // x̂ 2, dy·x̂ and its sum 2, g 1, mean(g) 1, mean(g·x̂) 2, dx from these 4
  RmsNormalization: 4, // square, mean, divide, scale
  RmsNormalizationGradient: 9, // x̂ 1, dy·x̂ and its sum 2, g 1, mean(g·x̂) 2, dx from these 3
  Gelu: 5, // x/√2, erf, add, halve, times x
  GeluGradient: 9, // u, u², subtract, exp, times u, erf, two sums, times dy/2
  SumOfSquares: 2, // square, add
  EmbeddingGradient: 1, // add
  AdamW: 13, // m 3, v 4, m/(√v + ε) 3, the weights from these 3
}

const costs = new Map<string, (operation: Operation) => number>([
  ...elementwise.map((kernel) => [kernel, made] as const),
  ...reductions.map((kernel) => [kernel, read] as const),
  ...withoutArithmetic.map((kernel) => [kernel, none] as const),
  ...Object.entries(perElement).map(
    ([kernel, each]) => [kernel, (operation: Operation) => each * read(operation)] as const,
  ),
  ['AddN', (operation) => (operation.inputs.length - 1) * made(operation)],
  ['BatchMatMul', (operation) => 2 * made(operation) * operation.inputs[0]!.shape.at(operation.attributes.transposeA ? -2 : -1)!], // prettier-ignore
])

/** Whether operations of a kernel can be counted. */
export const isCounted = (kernel: string): boolean => costs.has(kernel)

function costOf(operation: Operation): number {
  const cost = costs.get(operation.kernel)
  if (!cost)
    throw new Error(`Say in src/main/engine/operationCounts.ts what the operation ${operation.kernel} costs.`)
  return cost(operation)
}

/**
 * Counts a training step: a program with a result `loss` that ends in AdamW. The optimiser is what follows from squared
 * gradients and from the schedule; of the rest, what the loss and the next values of buffers need is forward, and what
 * remains backward.
 */
export function countOperations(program: Program): OperationCounts {
  const graph = trace({ ...program.state, ...program.inputs }, (tensors) => {
    const { state, results } = program.build(tensors, tensors)
    const next = Object.entries(state).map(([name, tensor]) => [`next/${name}`, tensor] as const)
    return { ...Object.fromEntries(next), ...results }
  })
  simplify(graph)
  const optimizer = optimizerOf(graph)
  const forward = neededFor(
    [...graph.outputs.values()].filter((value) => !madeBy(optimizer).has(value)),
    graph,
  )
  const total = (chosen: (operation: Operation) => boolean) =>
    graph.operations.filter(chosen).reduce((sum, operation) => sum + costOf(operation), 0)
  return {
    forward: total((operation) => forward.has(operation)),
    backward: total((operation) => !forward.has(operation) && !optimizer.has(operation)),
    optimizer: total((operation) => optimizer.has(operation)),
  }
}

const madeBy = (operations: Iterable<Operation>): Set<Value> =>
  new Set([...operations].flatMap(({ outputs }) => outputs))

function optimizerOf(graph: Graph): Set<Operation> {
  const found = new Set<Operation>()
  const made = new Set<Value>()
  for (const operation of graph.operations) {
    const follows = operation.inputs.some(
      (value) => made.has(value) || value.inputName?.startsWith('schedule/'),
    )
    if (!follows && operation.kernel !== 'SumOfSquares') continue
    found.add(operation)
    for (const output of operation.outputs) made.add(output)
  }
  return found
}

function neededFor(outputs: readonly Value[], graph: Graph): Set<Operation> {
  const wanted = new Set(outputs)
  const found = new Set<Operation>()
  for (const operation of graph.operations.toReversed()) {
    if (!operation.outputs.some((output) => wanted.has(output))) continue
    found.add(operation)
    for (const input of operation.inputs) wanted.add(input)
  }
  return found
}
