/** Matrix products. */
import type { Lowering, ModelBuilder } from '../builder.ts'
import { float, microsoft } from '../builder.ts'
import type { Value } from '../../tracing/graph.ts'

/** The name of x with its last two axes exchanged. */
function transposed(model: ModelBuilder, x: Value): string {
  const rank = x.shape.length
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  return model.add('Transpose', [model.name(x)], { perm: [...axes.slice(0, -2), rank - 1, rank - 2] })
}

export const matrix: Record<string, Lowering> = {
  /**
   * alpha · A B, either transposed. Products of matrices are one Gemm. Batched ones are one FusedMatMul on the CPU; the
   * WebGPU provider has no such kernel, and would send the node to the CPU and back at every step, so there the operand
   * is transposed and the product scaled.
   */
  BatchMatMul: (model, { inputs: [a, b], outputs, attributes }) => {
    const transA = attributes.transposeA ? 1 : 0
    const transB = attributes.transposeB ? 1 : 0
    const factor = (attributes.alpha as number | undefined) ?? 1
    const alpha = float(factor)
    const names = [model.name(a!), model.name(b!)]
    const isPlain = !transA && !transB && factor === 1
    if (isPlain) model.make(outputs, 'MatMul', names)
    else if (a!.shape.length === 2 && b!.shape.length === 2)
      model.make(outputs, 'Gemm', names, { transA, transB, alpha })
    else if (model.target === 'cpu')
      model.make(outputs, 'FusedMatMul', names, { transA, transB, alpha }, microsoft)
    else {
      const operands = [
        transA ? transposed(model, a!) : names[0]!,
        transB ? transposed(model, b!) : names[1]!,
      ]
      if (factor === 1) model.make(outputs, 'MatMul', operands)
      else model.make(outputs, 'Mul', [model.add('MatMul', operands), model.scalar(factor)])
    }
  },
}
