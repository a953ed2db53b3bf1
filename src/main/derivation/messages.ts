/** What a process that derives is given, and what it says. */
import type { Derivation, DerivationSettings } from '../../shared/derivation.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import type { NamedAxes } from './derive.ts'

export interface DerivationTask {
  readonly variants: readonly NamedAxes[]
  readonly settings: DerivationSettings
  /** Of the dataset, where the tokens are images. */
  readonly datasetFolder: string | null
  readonly threads: number
}

export type DerivationAnswer = Pick<Derivation, 'labels' | 'items' | 'derivation'>

export type FromDerivation =
  | { readonly kind: 'derived'; readonly answer: DerivationAnswer }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
