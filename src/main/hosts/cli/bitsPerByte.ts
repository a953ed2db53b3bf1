/** Losses in bits per byte, beside nats per token where these cannot be compared with another tokenizer's. */
import type { Comparison } from '../../../shared/comparison.ts'
import { bitsPerByte, type Dataset } from '../../../shared/experiment.ts'
import { formatCount, formatLoss } from './format.ts'
import { print, styled } from './output.ts'

/** Whether a loss per token says little by itself. */
export const tokensAreNotCharacters = (dataset: Dataset): boolean =>
  dataset.kind === 'text' && dataset.tokenizer !== 'character'

/** Below a table of losses: the same in bits per byte of the validation text. */
export function printBitsPerByte({ comparison }: Comparison, dataset: Dataset): void {
  if (dataset.kind !== 'text' || !tokensAreNotCharacters(dataset)) return
  const losses = comparison.flatMap(({ attention, bestValidation }) => {
    const bits = bitsPerByte(bestValidation.mean, dataset)
    return bits === undefined ? [] : [`${attention} ${formatLoss(bits)}`]
  })
  if (losses.length === 0) return
  const { validation, validationBytes } = dataset
  print(
    styled(
      'dim',
      `In bits per byte, which other tokenizers can be compared with: ${losses.join(', ')} ` +
        `(${formatCount(validation)} tokens are ${formatCount(validationBytes ?? null)} bytes).`,
    ),
  )
}
