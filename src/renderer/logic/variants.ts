/** The list of variants as it is read and searched: by family, in the catalogue's order. */
import type { Variant } from '../../shared/contract.ts'

export interface VariantFamily {
  name: string
  variants: Variant[]
}

const ownFamily = 'Your own'

/** The person's own variants first, then the families in the order of the catalogue. */
export function byFamily(variants: readonly Variant[]): VariantFamily[] {
  const families = new Map<string, Variant[]>()
  const own = variants.filter((variant) => variant.own)
  if (own.length > 0) families.set(ownFamily, own)
  for (const variant of variants)
    if (!variant.own) families.set(variant.family, [...(families.get(variant.family) ?? []), variant])
  return [...families].map(([name, members]) => ({ name, variants: members }))
}

/** The variants in whose name, id, family, meaning, parameters or source every word of the query occurs. */
export function searchVariants(variants: readonly Variant[], query: string): Variant[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return variants.filter((variant) => {
    const { name, id, family, meaning, parameters, source } = variant
    const text = [name, id, family, meaning, parameters, source].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
