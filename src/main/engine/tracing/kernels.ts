/**
 * What each kernel yields, as shapes: one row per tfjs kernel that models may use. The numbers are computed later, by
 * the lowering of the same name in ../onnx/lowering/. A kernel without a row fails while tracing, naming this file.
 */
import type { DataType, Value } from './graph.ts'
import { broadcastShape, normalisedAxes, reducedShape, type Shape } from './shapes.ts'

export interface Result {
  readonly shape: Shape
  readonly dtype: DataType
}
/** Inputs in the order of `inputs`, the attributes of the call, and what comes out. */
export interface KernelRule {
  /** Names of tfjs's inputs, in order; absent for kernels over a list of tensors (Concat, Pack, AddN). */
  readonly inputs?: readonly string[]
  readonly results: (inputs: readonly Value[], attributes: Record<string, unknown>) => readonly Result[]
}

const one = (shape: Shape, dtype: DataType): readonly Result[] => [{ shape, dtype }]
const first = (inputs: readonly Value[]): Value => inputs[0]!

const unary: KernelRule = {
  inputs: ['x'],
  results: (inputs) => one(first(inputs).shape, first(inputs).dtype),
}
const softmax: KernelRule = { ...unary, inputs: ['logits'] }
const binary = (dtype?: DataType): KernelRule => ({
  inputs: ['a', 'b'],
  results: ([a, b]) => one(broadcastShape(a!.shape, b!.shape), dtype ?? a!.dtype),
})
const reduction = (axesName: string): KernelRule => ({
  inputs: ['x'],
  results: ([x], attributes) => {
    const axes = normalisedAxes(attributes[axesName] as number | number[], x!.shape.length)
    const dtype = x!.dtype === 'bool' ? 'int32' : x!.dtype
    return one(reducedShape(x!.shape, axes, Boolean(attributes.keepDims)), dtype)
  },
})

const batchMatMul: KernelRule = {
  inputs: ['a', 'b'],
  results: ([a, b], { transposeA, transposeB }) => {
    const rows = a!.shape.at(transposeA ? -1 : -2)!
    const columns = b!.shape.at(transposeB ? -2 : -1)!
    return one([...broadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns], 'float32')
  },
}

const gather: KernelRule = {
  inputs: ['x', 'indices'],
  results: ([x, indices], attributes) => {
    const axis = normalisedAxes(attributes.axis as number, x!.shape.length)[0]!
    return one([...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)], x!.dtype)
  },
}

const concat: KernelRule = {
  results: (inputs, attributes) => {
    const axis = normalisedAxes(attributes.axis as number, first(inputs).shape.length)[0]!
    const total = inputs.reduce((sum, value) => sum + value.shape[axis]!, 0)
    return one(first(inputs).shape.with(axis, total), first(inputs).dtype)
  },
}

const split: KernelRule = {
  inputs: ['x'],
  results: ([x], attributes) => {
    const axis = normalisedAxes(attributes.axis as number, x!.shape.length)[0]!
    const total = x!.shape[axis]!
    const given = attributes.numOrSizeSplits as number | number[]
    const sizes = Array.isArray(given) ? given : Array<number>(given).fill(total / given)
    return sizes.map((size) => ({ shape: x!.shape.with(axis, size), dtype: x!.dtype }))
  },
}

const slice: KernelRule = {
  inputs: ['x'],
  results: ([x], attributes) => {
    const begin = attributes.begin as number[]
    const size = attributes.size as number[]
    return one(
      x!.shape.map((dimension, axis) => (size[axis] === -1 ? dimension - begin[axis]! : size[axis]!)),
      x!.dtype,
    )
  },
}

const pad: KernelRule = {
  inputs: ['x'],
  results: ([x], attributes) => {
    const paddings = attributes.paddings as [before: number, after: number][]
    return one(
      x!.shape.map((dimension, axis) => dimension + paddings[axis]![0] + paddings[axis]![1]),
      x!.dtype,
    )
  },
}

// prettier-ignore
const unaryNames = [
  'Abs', 'ClipByValue', 'Elu', 'Erf', 'Exp', 'Log', 'Neg', 'Reciprocal', 'Relu', 'Rsqrt', 'Sigmoid', 'Softplus',
  'Sqrt', 'Square', 'Step', 'Tanh', 'ZerosLike', 'OnesLike',
]
const binaryNames = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Pow']
const comparisonNames = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd']

export const kernelRules = new Map<string, KernelRule>([
  ...unaryNames.map((name) => [name, unary] as const),
  ...binaryNames.map((name) => [name, binary()] as const),
  ...comparisonNames.map((name) => [name, binary('bool')] as const),
  ['LogicalNot', unary],
  ['EluGrad', { inputs: ['dy', 'y'], results: ([dy]) => one(dy!.shape, dy!.dtype) }],
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['Sum', reduction('axis')],
  ['Mean', reduction('axis')],
  ['Max', reduction('reductionIndices')],
  ['BatchMatMul', batchMatMul],
  ['GatherV2', gather],
  ['Concat', concat],
  ['SplitV', split],
  ['Slice', slice],
  ['PadV2', pad],
  ['AddN', { results: (inputs) => one(first(inputs).shape, first(inputs).dtype) }],
  ['Cast', { inputs: ['x'], results: ([x], { dtype }) => one(x!.shape, dtype as DataType) }],
  ['Reshape', { inputs: ['x'], results: ([x], { shape }) => one(shape as number[], x!.dtype) }],
  [
    'ExpandDims',
    {
      inputs: ['input'],
      results: ([x], { dim }) => {
        const axis = (dim as number) < 0 ? (dim as number) + x!.shape.length + 1 : (dim as number)
        return one(x!.shape.toSpliced(axis, 0, 1), x!.dtype)
      },
    },
  ],
  [
    'Transpose',
    {
      inputs: ['x'],
      results: ([x], { perm }) =>
        one(
          (perm as number[]).map((axis) => x!.shape[axis]!),
          x!.dtype,
        ),
    },
  ],
  [
    'Tile',
    {
      inputs: ['x'],
      results: ([x], { reps }) =>
        one(
          x!.shape.map((size, axis) => size * (reps as number[])[axis]!),
          x!.dtype,
        ),
    },
  ],
  ['BroadcastTo', { inputs: ['x'], results: ([x], { shape }) => one(shape as number[], x!.dtype) }],
  [
    'Select',
    {
      inputs: ['condition', 't', 'e'],
      results: ([c, t, e]) => one(broadcastShape(c!.shape, broadcastShape(t!.shape, e!.shape)), t!.dtype),
    },
  ],
  [
    'OneHot',
    {
      inputs: ['indices'],
      results: ([x], { depth, dtype }) =>
        one([...x!.shape, depth as number], (dtype as DataType) ?? 'float32'),
    },
  ],
])
