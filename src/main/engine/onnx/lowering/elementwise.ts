/** Elementwise kernels: one ONNX node where there is one, a few where there is none. */
import type { Lowering, ModelBuilder } from '../builder.ts'
import { elementTypes } from '../schema.ts'
import type { DataType } from '../../tracing/graph.ts'

/** The same inputs, another name. */
const direct =
  (opType: string): Lowering =>
  (model, { inputs, outputs }) =>
    model.make(
      outputs,
      opType,
      inputs.map((value) => model.name(value)),
    )

const squared = (model: ModelBuilder, name: string): string => model.add('Mul', [name, name])

export const elementwise: Record<string, Lowering> = {
  Abs: direct('Abs'),
  Add: direct('Add'),
  Elu: direct('Elu'),
  Equal: direct('Equal'),
  Erf: direct('Erf'),
  Exp: direct('Exp'),
  Greater: direct('Greater'),
  GreaterEqual: direct('GreaterOrEqual'),
  Less: direct('Less'),
  LessEqual: direct('LessOrEqual'),
  Log: direct('Log'),
  LogicalNot: direct('Not'),
  LogicalAnd: direct('And'),
  Maximum: direct('Max'),
  Minimum: direct('Min'),
  Multiply: direct('Mul'),
  Neg: direct('Neg'),
  Pow: direct('Pow'),
  RealDiv: direct('Div'),
  Reciprocal: direct('Reciprocal'),
  Relu: direct('Relu'),
  Select: direct('Where'),
  Sigmoid: direct('Sigmoid'),
  Softplus: direct('Softplus'),
  Sqrt: direct('Sqrt'),
  Sub: direct('Sub'),
  Tanh: direct('Tanh'),

  Square: (model, { inputs: [x], outputs }) => model.make(outputs, 'Mul', [model.name(x!), model.name(x!)]),
  Rsqrt: (model, { inputs: [x], outputs }) =>
    model.make(outputs, 'Reciprocal', [model.add('Sqrt', [model.name(x!)])]),
  SquaredDifference: (model, { inputs: [a, b], outputs }) => {
    const difference = model.add('Sub', [model.name(a!), model.name(b!)])
    model.alias(outputs[0]!, squared(model, difference))
  },
  NotEqual: (model, { inputs: [a, b], outputs }) =>
    model.make(outputs, 'Not', [model.add('Equal', [model.name(a!), model.name(b!)])]),
  /** One variadic node on the CPU; the WebGPU provider has none. */
  AddN: (model, { inputs, outputs: [y] }) => {
    const names = inputs.map((value) => model.name(value))
    if (model.target === 'cpu') return model.make([y!], 'Sum', names)
    model.alias(
      y!,
      names.reduce((sum, name) => model.add('Add', [sum, name])),
    )
  },
  LogSoftmax: (model, { inputs: [x], outputs: [y] }) => model.alias(y!, logSoftmax(model, model.name(x!))),
  /** 1 where x > 0, `alpha` elsewhere. */
  Step: (model, { inputs: [x], outputs, attributes }) => {
    const isPositive = model.add('Greater', [model.name(x!), model.scalar(0)])
    model.make(outputs, 'Where', [isPositive, model.scalar(1), model.scalar(attributes.alpha as number)])
  },
  /** dy where y ≥ 0, dy · (y + 1) elsewhere: the slope of exp(x) − 1 is y + 1. */
  EluGrad: (model, { inputs: [dy, y], outputs }) => {
    const slope = model.add('Min', [model.add('Add', [model.name(y!), model.scalar(1)]), model.scalar(1)])
    model.make(outputs, 'Mul', [model.name(dy!), slope])
  },
  ClipByValue: (model, { inputs: [x], outputs, attributes }) =>
    model.make(outputs, 'Clip', [
      model.name(x!),
      model.scalar(attributes.clipValueMin as number),
      model.scalar(attributes.clipValueMax as number),
    ]),
  Cast: (model, { inputs: [x], outputs, attributes }) =>
    x!.dtype === attributes.dtype
      ? model.alias(outputs[0]!, model.name(x!))
      : model.make(outputs, 'Cast', [model.name(x!)], { to: elementTypes[attributes.dtype as DataType] }),
  ZerosLike: (model, { outputs: [y] }) =>
    model.make([y!], 'Expand', [zero(model, y!.dtype, 0), model.integers(y!.shape)]),
  OnesLike: (model, { outputs: [y] }) =>
    model.make([y!], 'Expand', [zero(model, y!.dtype, 1), model.integers(y!.shape)]),
  Softmax: (model, { inputs: [x], outputs }) =>
    model.make(outputs, 'Softmax', [model.name(x!)], { axis: -1 }),
}

/** Over the last axis. The WebGPU provider has no LogSoftmax: there x − max − log Σ exp(x − max). */
export function logSoftmax(model: ModelBuilder, x: string): string {
  if (model.target === 'cpu') return model.add('LogSoftmax', [x], { axis: -1 })
  const lastAxis = model.integers([-1])
  const shifted = model.add('Sub', [x, model.add('ReduceMax', [x, lastAxis], { keepdims: 1 })])
  const sum = model.add('ReduceSum', [model.add('Exp', [shifted]), lastAxis], { keepdims: 1 })
  return model.add('Sub', [shifted, model.add('Log', [sum])])
}

function zero(model: ModelBuilder, dtype: DataType, value: number): string {
  const numbers =
    dtype === 'float32'
      ? Float32Array.of(value)
      : dtype === 'int32'
        ? Int32Array.of(value)
        : Uint8Array.of(value)
  return model.constant(numbers, [], dtype)
}
