/** Sums, means and maxima over axes. */
import type { Lowering } from '../builder.ts'
import { normalisedAxes, sameShape } from '../../tracing/shapes.ts'

const reduce =
  (opType: string, axesName: string): Lowering =>
  (model, { inputs: [x], outputs: [y], attributes }) => {
    const axes = normalisedAxes(attributes[axesName] as number | number[], x!.shape.length)
    const onlyUnitAxes = axes.every((axis) => x!.shape[axis] === 1)
    if (onlyUnitAxes && sameShape(x!.shape, y!.shape)) return model.alias(y!, model.name(x!))
    if (onlyUnitAxes) return model.make([y!], 'Reshape', [model.name(x!), model.integers(y!.shape)])
    model.make([y!], opType, [model.name(x!), model.integers(axes)], {
      keepdims: attributes.keepDims ? 1 : 0,
    })
  }

export const reduction: Record<string, Lowering> = {
  Sum: reduce('ReduceSum', 'axis'),
  Mean: reduce('ReduceMean', 'axis'),
  Max: reduce('ReduceMax', 'reductionIndices'),
}
