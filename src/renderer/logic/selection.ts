/** Which variants are chosen, and which of them is the baseline: always the first of the list. */

/** Adds or removes one; a baseline that is removed passes its place to the next one chosen. */
export function toggleVariant(chosen: readonly string[], id: string): string[] {
  return chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]
}

export function makeBaseline(chosen: readonly string[], id: string): string[] {
  return [id, ...chosen.filter((other) => other !== id)]
}

/** The baseline first, the others in the catalogue's order, so that tables and charts read alike. */
export function inCatalogueOrder(chosen: readonly string[], catalogue: readonly string[]): string[] {
  const [baseline, ...others] = chosen
  if (baseline === undefined) return []
  return [baseline, ...catalogue.filter((id) => others.includes(id))]
}
