/** Matrix products. The CPU provider has fused kernels for transposed products; transposing first would copy. */
import type { Lowering } from '../builder.ts'
import { microsoft } from '../builder.ts'

export const matrix: Record<string, Lowering> = {
  BatchMatMul: (model, { inputs: [a, b], outputs, attributes }) => {
    const names = [model.name(a!), model.name(b!)]
    const transA = attributes.transposeA ? 1 : 0
    const transB = attributes.transposeB ? 1 : 0
    if (!transA && !transB) model.make(outputs, 'MatMul', names)
    else if (a!.shape.length === 2 && b!.shape.length === 2)
      model.make(outputs, 'Gemm', names, { transA, transB })
    else model.make(outputs, 'FusedMatMul', names, { transA, transB }, microsoft)
  },
}
