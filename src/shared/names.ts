/** The nearest known name to one that was mistyped, and hints that tell it. */

const longestList = 60

/** The known name that takes the fewest single-letter edits to reach, if they are few for its length. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** "Did you mean ...? Known are ..." for a hint. */
export function knownNames(name: string, known: readonly string[]): string {
  const closest = closestName(name, known)
  const shown = known.slice(-longestList).join(', ') // of many, the latest
  const list = known.length > longestList ? `The latest: ${shown}.` : `Known: ${shown}.`
  if (known.length === 0) return 'There are none yet.'
  return closest ? `Did you mean "${closest}"? ${list}` : list
}

/** Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const substitution = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1))
    }
    previous = current
  }
  return previous[to.length]!
}
