/** Matrix products. */
import type { Lowering, ModelBuilder } from '../builder.ts'
import { microsoft } from '../builder.ts'
import type { Value } from '../../tracing/graph.ts'

/** The name of x with its last two axes exchanged. */
function transposed(model: ModelBuilder, x: Value): string {
  const rank = x.shape.length
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  return model.add('Transpose', [model.name(x)], { perm: [...axes.slice(0, -2), rank - 1, rank - 2] })
}

export const matrix: Record<string, Lowering> = {
  /**
   * Transposed products of matrices are one Gemm. Batched ones are one FusedMatMul on the CPU; the WebGPU provider has
   * no such kernel, and would send the node to the CPU and back at every step, so there the operand is transposed.
   */
  BatchMatMul: (model, { inputs: [a, b], outputs, attributes }) => {
    const transA = attributes.transposeA ? 1 : 0
    const transB = attributes.transposeB ? 1 : 0
    const names = [model.name(a!), model.name(b!)]
    if (!transA && !transB) model.make(outputs, 'MatMul', names)
    else if (a!.shape.length === 2 && b!.shape.length === 2)
      model.make(outputs, 'Gemm', names, { transA, transB })
    else if (model.target === 'cpu') model.make(outputs, 'FusedMatMul', names, { transA, transB }, microsoft)
    else
      model.make(outputs, 'MatMul', [
        transA ? transposed(model, a!) : names[0]!,
        transB ? transposed(model, b!) : names[1]!,
      ])
  },
}
