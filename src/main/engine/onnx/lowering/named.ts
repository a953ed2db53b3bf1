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

/**
 * Whether targets and indices among so many classes are looked up and added one by one. One-hot rows are as fast for
 * few classes, and the only way on a GPU that repeats bit for bit; for 50,000 classes they are as large as the logits.
 */
const isLookedUp = (model: ModelBuilder, classes: number): boolean =>
  model.target === 'cpu' && classes > lookedUpClasses
const lookedUpClasses = 2048

/** (N) integers as (N, 1), of which each says a place in its row. */
const column = (model: ModelBuilder, indices: Value): string =>
  model.add('Reshape', [model.name(indices), model.integers([...indices.shape, 1])])

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

  /** x/2 · (1 + erf(x/√2)) where the operator is not known everywhere: it is of ai.onnx 20. */
  Gelu: (model, { inputs: [x], outputs }) => {
    if (model.target !== 'portable') return model.make(outputs, 'Gelu', [model.name(x!)])
    const error = model.add('Erf', [model.add('Mul', [model.name(x!), model.scalar(Math.SQRT1_2)])])
    const half = model.add('Mul', [model.name(x!), model.scalar(0.5)])
    model.make(outputs, 'Mul', [half, model.add('Add', [error, model.scalar(1)])])
  },

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
    const found = model.name(logProbabilities!)
    const hits = isLookedUp(model, classes)
      ? model.add('GatherElements', [found, column(model, targets!)], { axis: 1 }) // (N, 1)
      : model.add('Mul', [found, oneHot(model, targets!, classes)]) // (N, V)
    const sum = model.add('ReduceSum', [hits, model.integers([0, 1])], { keepdims: 0 })
    model.make([loss!], 'Mul', [sum, model.scalar(-1 / rows)])
  },

  CrossEntropyGradient: (model, { inputs: [dy, logProbabilities, targets], outputs }) => {
    const [rows, classes] = logProbabilities!.shape as [number, number]
    const probabilities = model.add('Exp', [model.name(logProbabilities!)])
    const share = model.add('Mul', [model.name(dy!), model.scalar(1 / rows)])
    if (!isLookedUp(model, classes)) {
      const excess = model.add('Sub', [probabilities, oneHot(model, targets!, classes)]) // (N, V)
      return model.make(outputs, 'Mul', [excess, share])
    }
    const ones = model.constant(new Float32Array(rows).fill(-1), [rows, 1], 'float32')
    const attributes = { axis: 1, reduction: 'add' }
    const excess = model.add('ScatterElements', [probabilities, column(model, targets!), ones], attributes) // (N, V)
    model.make(outputs, 'Mul', [excess, share])
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
  EmbeddingGradient: (model, { inputs: [dy, indices], outputs, attributes }) => {
    const rows = attributes.rows as number
    if (!isLookedUp(model, rows)) {
      const hits = oneHot(model, indices!, rows)
      return model.make(outputs, 'Gemm', [hits, model.name(dy!)], { transA: 1 })
    }
    // ScatterND races where indices are the same (ONNX Runtime 1.30); ScatterElements adds them up in turn.
    const columns = dy!.shape[1]!
    const zero = model.add('Expand', [model.scalar(0), model.integers([rows, columns])])
    const places = model.add('Expand', [column(model, indices!), model.integers(dy!.shape)]) // (N, C)
    model.make(outputs, 'ScatterElements', [zero, places, model.name(dy!)], { axis: 0, reduction: 'add' })
  },
}
