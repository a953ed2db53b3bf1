/** What the import said of the files, among the findings. */
import type { Dataset } from '../../../shared/experiment.ts'
import type { Finding } from '../../../shared/health.ts'

export function noteFindings({ notes = [] }: Pick<Dataset, 'notes'>): Finding[] {
  return notes.map((message) => ({
    code: 'import-note',
    severity: /left out/.test(message) ? 'warning' : 'info',
    message,
    advice: 'Import the files again where this is not what you want.',
  }))
}
