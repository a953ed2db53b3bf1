/**
 * The matrix that acts on the values, from the recorded attention matrix A: the operator axis of shared/attention.ts, without what is
 * learned, which probes do not keep. Additive terms and readouts come after it.
 */
import type { AttentionAxes } from '../../../shared/attention.ts'
import { matrixOf, type Maps, type WeightMatrix } from './attentionMaps.ts'

export interface OperatorForm {
  /** As a formula in a caption. */
  name: string
  /** Factors of A and of I for a head. */
  factors(head: number, heads: number): readonly [ofAttention: number, ofIdentity: number]
}

/** What an operator makes of A; null where it is A itself, or where it depends on learned numbers. */
export function operatorForm({ operator, laplacianShare }: AttentionAxes): OperatorForm | null {
  if (operator === 'laplacian') return { name: 'A − I', factors: () => [1, -1] }
  if (operator === 'plus-identity') return { name: 'A + I', factors: () => [1, 1] }
  if (operator === 'laplacian-heads')
    return {
      name: 'A on the first heads, I − A on the last',
      factors: (head, heads) => (head < heads - Math.round(laplacianShare * heads) ? [1, 0] : [-1, 1]),
    }
  return null
}

/** Formulas of operators with learned numbers, which cannot be drawn. */
const learned: Partial<Record<AttentionAxes['operator'], string>> = {
  'laplacian-gamma': 'A − γI with a learned γ',
  'attention-scale': 'U + (1 + w)(A − U) with a learned w',
  'graph-filter': 'A + λ(A + (K − 1)(A² − A)) with a learned λ',
  differential: 'A₁ − λA₂ of two heads with a learned λ',
}

/** What is drawn where the operator is asked for, in a word or two. */
export function drawnName(axes: AttentionAxes): string {
  const form = operatorForm(axes)
  if (form) return form.name
  const formula = learned[axes.operator]
  return formula === undefined ? 'A' : `A; the operator is ${formula}, which is not kept`
}

/** a A + b I of one head. Rows and columns are the same tokens. */
export function operated(
  { queries, keys, numbers }: WeightMatrix,
  [ofAttention, ofIdentity]: readonly [number, number],
): WeightMatrix {
  return {
    ...{ queries, keys },
    numbers: numbers.map(
      (weight, at) => ofAttention * weight + (Math.floor(at / keys) === at % keys ? ofIdentity : 0),
    ),
  }
}

/** What acts on the values of one head on a sequence, or the mean of that over the heads. */
export function operatorMatrix(
  maps: Maps,
  sequence: number,
  head: number | 'mean',
  { factors }: OperatorForm,
): WeightMatrix {
  const { heads, queries, keys } = maps
  const one = (index: number) => operated(matrixOf(maps, sequence, index), factors(index, heads))
  if (head !== 'mean') return one(head)
  const numbers = new Float32Array(queries * keys)
  for (let index = 0; index < heads; index++)
    one(index).numbers.forEach((weight, at) => (numbers[at]! += weight / heads))
  return { queries, keys, numbers }
}
