/** Examines a text dataset: three passes over its tokens, with memory bounded by vocabulary and windows. */
import { recipes } from '../../../shared/catalogue/recipes.ts'
import type { TextHealth } from '../../../shared/health.ts'
import { readDatasetOf } from '../format.ts'
import { readTokenizer } from '../tokenizers/index.ts'
import { openTokens } from '../tokens.ts'
import { countTokens, tokenFrequencies } from './frequencies.ts'
import { surveyLines } from './lines.ts'
import { surveyOddCharacters } from './oddCharacters.ts'
import { textOf } from './passing.ts'
import { findRepetition } from './repetition.ts'
import { samplePassages } from './samples.ts'
import { textFindings } from './textFindings.ts'

/** Different odd characters that are listed. */
const listedCharacters = 50

/** Throws WorkbenchError 'dataset-damaged', or 'wrong-kind' for images. */
export async function examineText(folder: string): Promise<TextHealth> {
  const dataset = readDatasetOf('text', folder)
  const tokenizer = readTokenizer(folder)
  const train = openTokens(folder, 'train')
  const validation = openTokens(folder, 'validation')
  try {
    const lines = surveyLines()
    const odd = surveyOddCharacters()
    // In one row: a line may begin in one split and end in the other.
    for (const reader of [train, validation])
      for await (const text of textOf(reader, tokenizer, dataset.tokenizer)) {
        lines.add(text)
        odd.add(text)
      }
    const counts = [
      await countTokens(train, dataset.vocabulary),
      await countTokens(validation, dataset.vocabulary),
    ] as const
    const measured = {
      samples: samplePassages({ train, validation }, tokenizer.decode),
      frequencies: tokenFrequencies(...counts, tokenizer.label),
      lines: lines.result(),
      odd: odd.result().slice(0, listedCharacters),
      repetition: await findRepetition(train, validation, tokenizer.decode),
    }
    return { kind: 'text', findings: textFindings(dataset, measured, recipes), ...measured }
  } finally {
    train.close()
    validation.close()
  }
}
