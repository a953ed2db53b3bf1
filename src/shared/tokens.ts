/** What can be said of losses per token where tokens are not characters. */
import { bitsPerByte, type Dataset } from './experiment.ts'

/**
 * bitsPerByte where a loss per token says little by itself; undefined where tokens are characters, and for images.
 * @param loss in nats per token of the validation split
 */
export const comparableBits = (loss: number, dataset: Dataset): number | undefined =>
  dataset.kind === 'text' && dataset.tokenizer !== 'character' ? bitsPerByte(loss, dataset) : undefined
