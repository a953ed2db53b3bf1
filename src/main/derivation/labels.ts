/** How well labels lie apart in two dimensions (theory 3.12): neighbours of the same label, and the silhouette. */
export type Position = readonly [x: number, y: number]

const neighbours = 10

const distance = (a: Position, b: Position): number => Math.hypot(a[0] - b[0], a[1] - b[1])

/**
 * Mean share of the 10 nearest other tokens that have the label of the token. Tokens at the very distance of the tenth
 * share the places that are left, so that the order of tokens decides nothing.
 */
export function labelPurity(positions: readonly Position[], labels: readonly number[]): number {
  const wanted = Math.min(neighbours, positions.length - 1)
  const shares = positions.map((position, token) => {
    const others = positions
      .map((other, index) => ({ distance: distance(position, other), same: labels[index] === labels[token] }))
      .toSpliced(token, 1)
    const radius = others.map((other) => other.distance).sort((a, b) => a - b)[wanted - 1]!
    const nearer = others.filter((other) => other.distance < radius)
    const tied = others.filter((other) => other.distance === radius)
    const sameOf = (some: typeof others) => some.filter(({ same }) => same).length
    return (sameOf(nearer) + ((wanted - nearer.length) * sameOf(tied)) / tied.length) / wanted
  })
  return mean(shares)
}

/**
 * Mean of (b − a)/max(a, b), with a the mean distance of a token to the others of its label and b that to the nearest
 * other label; 0 for a token that is alone with its label. Null where there are fewer than two labels.
 * Rousseeuw 1987, doi 10.1016/0377-0427(87)90125-7.
 */
export function silhouette(positions: readonly Position[], labels: readonly number[]): number | null {
  const classes = Math.max(...labels) + 1
  const sizes = new Int32Array(classes)
  labels.forEach((label) => sizes[label]!++)
  if (sizes.filter((size) => size > 0).length < 2) return null
  const widths = positions.map((position, token) => {
    const sums = new Float64Array(classes)
    positions.forEach((other, index) => (sums[labels[index]!]! += distance(position, other)))
    const own = labels[token]!
    if (sizes[own] === 1) return 0
    const a = sums[own]! / (sizes[own]! - 1)
    const others = [...sums.keys()].filter((label) => label !== own && sizes[label]! > 0)
    const b = Math.min(...others.map((label) => sums[label]! / sizes[label]!))
    const larger = Math.max(a, b)
    return larger === 0 ? 0 : (b - a) / larger
  })
  return mean(widths)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
