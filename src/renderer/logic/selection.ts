/** Which variants are chosen, in the order of the person; the first of them is the baseline. */

/** Adds one at the end, or removes it; a baseline that is removed passes its place to the next one. */
export function toggleVariant(chosen: readonly string[], id: string): string[] {
  return chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]
}

/** Puts one at another place; places beyond the ends are the ends. */
export function moveVariant(chosen: readonly string[], id: string, place: number): string[] {
  if (!chosen.includes(id)) return [...chosen]
  const others = chosen.filter((other) => other !== id)
  return others.toSpliced(Math.min(Math.max(0, place), others.length), 0, id)
}
