/** Every attention variant by its id in src/shared/catalogue/variants.ts. */
import { WorkbenchError } from '../../../shared/errors.ts'
import { exponentialFamily } from './exponentialFamily.ts'
import { laplacian } from './laplacian.ts'
import { standard } from './standard.ts'
import type { AttentionVariant } from './variant.ts'

export const attentionVariants: ReadonlyMap<string, AttentionVariant> = new Map(
  [standard, laplacian, exponentialFamily].map((variant) => [variant.id, variant]),
)

export function attentionVariant(id: string): AttentionVariant {
  const variant = attentionVariants.get(id)
  if (!variant)
    throw new WorkbenchError(
      'unknown-attention',
      `There is no attention variant named "${id}".`,
      `Choose one of: ${[...attentionVariants.keys()].join(', ')}.`,
    )
  return variant
}
