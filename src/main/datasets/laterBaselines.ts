/** What earlier versions did not measure: added to the record of a text when its content is imported once more. */
import fs from 'node:fs/promises'
import path from 'node:path'
import type { Dataset } from '../../shared/experiment.ts'
import { metaFile } from './format.ts'
import { openTokens } from './tokens.ts'
import { wittenBell } from './wittenBell.ts'

/**
 * The dataset in `folder` with all baselines, written where any was missing. `check` is called between blocks and may
 * throw to end the work, which then changes nothing. Throws WorkbenchError 'dataset-damaged'.
 */
export async function withAllBaselines(
  dataset: Dataset,
  folder: string,
  check: () => void,
): Promise<Dataset> {
  if (dataset.kind !== 'text' || dataset.baselines.wittenBell) return dataset
  const train = openTokens(folder, 'train')
  const validation = openTokens(folder, 'validation')
  try {
    const measured = await wittenBell(train, validation, dataset.vocabulary, check)
    const complete = { ...dataset, baselines: { ...dataset.baselines, wittenBell: measured } }
    const file = path.join(folder, metaFile)
    const partial = `${file}.${process.pid}`
    await fs.writeFile(partial, `${JSON.stringify(complete, null, 2)}\n`, { flush: true })
    await fs.rename(partial, file) // whoever reads it meanwhile finds the old or the new record
    return complete
  } finally {
    train.close()
    validation.close()
  }
}
