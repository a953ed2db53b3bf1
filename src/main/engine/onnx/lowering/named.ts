/** The named kernels of ../../operations, as the ONNX nodes that serve them best. */
import type { Lowering, ModelBuilder } from '../builder.ts'
import { float } from '../builder.ts'
import { elementTypes } from '../schema.ts'
import type { Value } from '../../tracing/graph.ts'
import { logSoftmax } from './elementwise.ts'
import { rmsNormalizationEpsilon } from '../../operations/rmsNormalization.ts'
import { layerNormalizationEpsilon } from '../../operations/layerNormalization.ts'

/** (N) integers as (N, depth) floats with a single 1 in each row. */
function oneHot(model: ModelBuilder, indices: Value, depth: number): string {
  const classes = model.constant(
    Int32Array.from({ length: depth }, (_, index) => index),
    [depth],
    'int32',
  )
  const column = model.add('Reshape', [model.name(indices), model.integers([...indices.shape, 1])])
  return model.add('Cast', [model.add('Equal', [column, classes])], { to: elementTypes.float32 }) // (N, depth)
}

/** scale/C as a column: a product with it is the mean over channels of what is multiplied by scale. (C, 1) */
function meanWeights(model: ModelBuilder, scale: Value): string {
  const columns = scale.shape[0]!
  const scaled = model.add('Mul', [model.name(scale), model.scalar(1 / columns)])
  return model.add('Reshape', [scaled, model.integers([columns, 1])])
}

export const named: Record<string, Lowering> = {
  LayerNormalization: (model, { inputs: [x, scale], outputs }) =>
    model.make(outputs, 'LayerNormalization', [model.name(x!), model.name(scale!)], {
      axis: -1,
      epsilon: float(layerNormalizationEpsilon),
    }),

  /**
   * With x̂ = (x − mean) · r, r the inverse deviation and g = dy · scale:
   * dx = r · (g − mean(g) − x̂ · mean(g · x̂)), dscale = Σ_n dy · x̂. The two means are matrix-vector products.
   */
  LayerNormalizationGradient: (
    model,
    { inputs: [dy, x, scale, mean, inverseDeviation], outputs: [dx, dscale] },
  ) => {
    const weights = meanWeights(model, scale!)
    const r = model.name(inverseDeviation!)
    const normalised = model.add('Mul', [model.add('Sub', [model.name(x!), model.name(mean!)]), r]) // (N, C)
    const product = model.add('Mul', [model.name(dy!), normalised]) // (N, C)
    model.make([dscale!], 'ReduceSum', [product, model.integers([0])], { keepdims: 0 })
    const meanGradient = model.add('MatMul', [model.name(dy!), weights]) // (N, 1)
    const meanProduct = model.add('MatMul', [product, weights]) // (N, 1)
    const g = model.add('Mul', [model.name(dy!), model.name(scale!)])
    const along = model.add('Add', [model.add('Mul', [normalised, meanProduct]), meanGradient])
    model.make([dx!], 'Mul', [model.add('Sub', [g, along]), r])
  },

  /** One node on the CPU; the WebGPU provider leaves the second output of that node empty (ONNX Runtime 1.30). */
  RmsNormalization: (model, { inputs: [x, scale], outputs: [y, inverse] }) => {
    const [xName, scaleName] = [model.name(x!), model.name(scale!)]
    if (model.target === 'cpu')
      return model.make([y!, inverse!], 'SimplifiedLayerNormalization', [xName, scaleName], {
        axis: -1,
        epsilon: float(rmsNormalizationEpsilon),
      })
    const squares = model.add('Mul', [xName, xName])
    const meanSquare = model.add('ReduceMean', [squares, model.integers([-1])], { keepdims: 1 }) // (N, 1)
    const raised = model.add('Add', [meanSquare, model.scalar(rmsNormalizationEpsilon)])
    model.make([inverse!], 'Reciprocal', [model.add('Sqrt', [raised])])
    model.make([y!], 'Mul', [model.add('Mul', [xName, model.name(inverse!)]), scaleName])
  },

  /** With x̂ = x · r, r the inverse root mean square and g = dy · scale: dx = r · (g − x̂ · mean(g · x̂)). */
  RmsNormalizationGradient: (model, { inputs: [dy, x, scale, inverse], outputs: [dx, dscale] }) => {
    const r = model.name(inverse!)
    const normalised = model.add('Mul', [model.name(x!), r]) // (N, C)
    const product = model.add('Mul', [model.name(dy!), normalised]) // (N, C)
    model.make([dscale!], 'ReduceSum', [product, model.integers([0])], { keepdims: 0 })
    const meanProduct = model.add('MatMul', [product, meanWeights(model, scale!)]) // (N, 1)
    const g = model.add('Mul', [model.name(dy!), model.name(scale!)])
    const along = model.add('Mul', [normalised, meanProduct])
    model.make([dx!], 'Mul', [model.add('Sub', [g, along]), r])
  },

  Gelu: (model, { inputs: [x], outputs }) => model.make(outputs, 'Gelu', [model.name(x!)]),

  /**
   * The inputs are x and half of dy. With u = x/√2: dx = dy/2 · (1 + erf(u) + 2u·exp(−u²)/√π), where the factor 2/√π is
   * brought into the exponent.
   */
  GeluGradient: (model, { inputs: [x, halfDy], outputs }) => {
    const u = model.add('Mul', [model.name(x!), model.scalar(Math.SQRT1_2)])
    const exponent = model.add('Sub', [
      model.scalar(Math.log(2 / Math.sqrt(Math.PI))),
      model.add('Mul', [u, u]),
    ])
    const slope = model.add('Mul', [u, model.add('Exp', [exponent])])
    const twice = model.add('Add', [model.add('Add', [model.add('Erf', [u]), slope]), model.scalar(1)])
    model.make(outputs, 'Mul', [twice, model.name(halfDy!)])
  },

  CrossEntropy: (model, { inputs: [logits, targets], outputs: [loss, logProbabilities] }) => {
    const [rows, classes] = logits!.shape as [number, number]
    model.alias(logProbabilities!, logSoftmax(model, model.name(logits!)))
    const hits = model.add('Mul', [model.name(logProbabilities!), oneHot(model, targets!, classes)])
    const sum = model.add('ReduceSum', [hits, model.integers([0, 1])], { keepdims: 0 })
    model.make([loss!], 'Mul', [sum, model.scalar(-1 / rows)])
  },

  CrossEntropyGradient: (model, { inputs: [dy, logProbabilities, targets], outputs }) => {
    const [rows, classes] = logProbabilities!.shape as [number, number]
    const probabilities = model.add('Exp', [model.name(logProbabilities!)])
    const excess = model.add('Sub', [probabilities, oneHot(model, targets!, classes)]) // (N, V)
    model.make(outputs, 'Mul', [excess, model.add('Mul', [model.name(dy!), model.scalar(1 / rows)])])
  },

  /** For devices without a kernel of their own for it (../../host/operations.ts): a dozen elementwise nodes. */
  AdamW: (model, { inputs, outputs: [w, m, v], attributes }) => {
    const [weights, first, second, gradient, firstGain, secondGain, stepSize, epsilon, keep] =
      inputs as Value[]
    const scaled = (x: string, factor: string) => model.add('Mul', [x, factor])
    const g = model.name(gradient!)
    model.make([m!], 'Add', [
      scaled(model.name(first!), model.scalar(attributes.beta1 as number)),
      scaled(g, model.name(firstGain!)),
    ])
    model.make([v!], 'Add', [
      scaled(model.name(second!), model.scalar(attributes.beta2 as number)),
      scaled(model.add('Mul', [g, g]), model.name(secondGain!)),
    ])
    const denominator = model.add('Add', [model.add('Sqrt', [model.name(v!)]), model.name(epsilon!)])
    const direction = model.add('Div', [model.name(m!), denominator])
    const isKept = keep!.constant?.[0] === 1
    const kept = isKept ? model.name(weights!) : scaled(model.name(weights!), model.name(keep!))
    model.make([w!], 'Sub', [kept, scaled(direction, model.name(stepSize!))])
  },

  SumOfSquares: (model, { inputs: [x], outputs }) =>
    model.make(outputs, 'ReduceSumSquare', [model.name(x!)], { keepdims: 0 }),

  /** A product with one-hot rows: no atomic additions, so it repeats bit for bit on every device. */
  EmbeddingGradient: (model, { inputs: [dy, indices], outputs, attributes }) =>
    model.make(outputs, 'Gemm', [oneHot(model, indices!, attributes.rows as number), model.name(dy!)], {
      transA: 1,
    }),
}
