/** What a vocabulary costs a language model: the rows of its embedding and head, and a logit for every token. */
import type { Dataset, RunConfiguration } from './experiment.ts'

type Sizes = Pick<
  RunConfiguration,
  'layers' | 'width' | 'context' | 'mlpRatio' | 'positions' | 'tiedHead' | 'batchSize'
>

export interface VocabularyCost {
  /** Values of token embedding and head: V·C, twice where the head has its own. */
  readonly tables: number
  /** About all values of the model: attention's four maps C·C and the MLP's two C·rC in each layer, and the positions. */
  readonly parameters: number
  /** Of the logits of one batch: B·T·V·4. A training step holds about three such tensors. */
  readonly logitsBytes: number
}

export function vocabularyCost(vocabulary: number, sizes: Sizes): VocabularyCost {
  const { layers, width, context, mlpRatio, positions, tiedHead, batchSize } = sizes
  const tables = vocabulary * width * (tiedHead ? 1 : 2)
  const blocks = layers * (4 + 2 * mlpRatio) * width * width + (positions === 'learned' ? context * width : 0)
  return { tables, parameters: tables + blocks, logitsBytes: batchSize * context * vocabulary * 4 }
}

/** Up to the tokens of the byte tokenizer a vocabulary is never too large. */
const smallVocabulary = 256
/** More than this share of the parameters in tables of tokens is worth a word. */
const largeShare = 0.5
const largeLogitsBytes = 2 ** 30

const count = (value: number) => Math.round(value).toLocaleString('en')
export const megabytes = (bytes: number) => `${count(bytes / 1e6)} MB`

/** "12 × 64 × 50,257 × 4 bytes" */
export const logitsProduct = (vocabulary: number, { batchSize, context }: Sizes): string =>
  `${count(batchSize)} × ${count(context)} × ${count(vocabulary)} × 4 bytes`

/** What a person should know before a model of these sizes is trained on the dataset; null where there is nothing. */
export function vocabularyWarning(dataset: Dataset, sizes: Sizes): string | null {
  if (dataset.kind !== 'text' || dataset.vocabulary <= smallVocabulary) return null
  const { vocabulary } = dataset
  const { tables, parameters, logitsBytes } = vocabularyCost(vocabulary, sizes)
  const share = tables / parameters
  if (share <= largeShare && logitsBytes <= largeLogitsBytes) return null
  return (
    `A vocabulary of ${count(vocabulary)} tokens is large for this model: embedding and head are ` +
    `${count(tables)} of about ${count(parameters)} parameters (${Math.round(100 * share)} %), and the logits of a ` +
    `batch take ${megabytes(logitsBytes)} (${logitsProduct(vocabulary, sizes)}). ` +
    'Import the text with fewer tokens, or train a wider model.'
  )
}
