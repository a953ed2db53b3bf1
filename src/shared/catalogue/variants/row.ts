/** A built-in variant as it is written down, and the words that several of them share. */
import type { AttentionChoices } from '../../attention.ts'
import type { Variant } from '../../contract.ts'

export type Row = Omit<Variant, 'axes' | 'futureLeak' | 'own' | 'family'> & { choices: AttentionChoices }

export const softmax = String.raw`\operatorname{softmax}`
export const anyRowsSumTo = (sum: string): string => `rows of the operator sum to ${sum}`
