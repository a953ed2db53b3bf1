/** What theory says of a variant and what the numbers say of that, as a sentence and how it stands. */
import type { AttentionAxes } from '../../../shared/attention.ts'
import { closedFormEvidence, closedFormVerdict } from '../../../shared/closedForms.ts'
import type { DerivationSettings, DerivationStep } from '../../../shared/derivation.ts'
import { formatValue } from '../hidden/format.ts'

export interface Verdict {
  readonly statement: string
  readonly evidence: string
  /** Null: there is nothing to hold the numbers to. */
  readonly agrees: boolean | null
}

/** Of the row with the MLP alone. */
export const withoutAttention: Verdict = {
  statement: 'To compare with: the same block with attention off.',
  evidence: '',
  agrees: null,
}

export function verdictOf(
  axes: AttentionAxes,
  settings: DerivationSettings,
  steps: readonly DerivationStep[],
): Verdict {
  const verdict = closedFormVerdict(axes, settings, steps)
  switch (verdict.kind) {
    case 'none':
      return { statement: 'No closed form is stated for it.', evidence: '', agrees: null }
    case 'elsewhere':
      return { statement: 'Nothing is claimed here.', evidence: `“${verdict.form.statement}” holds ${verdict.needs}.`, agrees: null } // prettier-ignore
    case 'unmeasured':
      return { statement: verdict.form.statement, evidence: 'Nothing could be measured.', agrees: null }
    default: {
      const evidence = closedFormEvidence(verdict, formatValue)
      return { statement: verdict.form.statement, evidence, agrees: verdict.kind === 'agrees' }
    }
  }
}
