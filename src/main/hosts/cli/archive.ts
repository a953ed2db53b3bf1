/** import FILE.awx: the experiment of an archive that another machine exported. */
import type { ImportedArchive } from '../../../shared/exports.ts'
import { runDocument } from './documents.ts'
import { formatPlural } from './format.ts'
import { note, print, printDocument } from './output.ts'
import { orInterrupted, withWorkbench } from './session.ts'

export const isArchive = (file: string): boolean => /\.awx$/i.test(file)

const said: Record<ImportedArchive['dataset'], (id: string) => string> = {
  present: () => 'Its dataset is in the library.',
  added: () => 'Its dataset was added to the library.',
  missing: (id) =>
    `Its dataset ${id} is not in the library: the record can be read and compared; to ask its models or resume its runs, import the dataset.`,
}

export function importArchive(
  file: string,
  { home, json }: { home?: string; json?: boolean },
): Promise<void> {
  return withWorkbench({ ...(home && { home }) }, async (workbench, signal) => {
    const work = workbench.api.importArchive({ source: { kind: 'path', path: file } })
    const { experiment, runs, dataset } = await orInterrupted(work, signal)
    if (json) return printDocument({ experiment, runs: runs.map(runDocument), dataset })
    print(`${experiment.id}  ${experiment.name}: ${formatPlural(runs.length, 'run')}`)
    note(said[dataset](experiment.dataset))
  })
}
