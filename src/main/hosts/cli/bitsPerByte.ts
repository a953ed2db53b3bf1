/** Losses in bits per byte, beside nats per token where these cannot be compared with another tokenizer's. */
import type { Comparison } from '../../../shared/comparison.ts'
import type { Dataset } from '../../../shared/experiment.ts'
import { formatCount, formatLoss } from './format.ts'
import { print, styled } from './output.ts'

/** Below a table of losses: the same in bits per byte of the validation text. */
export function printBitsPerByte({ comparison }: Comparison, dataset: Dataset): void {
  const losses = comparison.flatMap(({ attention, bitsPerByte }) =>
    bitsPerByte === undefined ? [] : [`${attention} ${formatLoss(bitsPerByte)}`],
  )
  if (dataset.kind !== 'text' || losses.length === 0) return
  const { validation, validationBytes } = dataset
  print(
    styled(
      'dim',
      `In bits per byte, which other tokenizers can be compared with: ${losses.join(', ')} ` +
        `(${formatCount(validation)} tokens are ${formatCount(validationBytes ?? null)} bytes).`,
    ),
  )
}
