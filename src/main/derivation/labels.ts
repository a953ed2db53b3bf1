/** How well labels lie apart in two dimensions (theory 3.12): neighbours of the same label, and the silhouette. */
export type Position = readonly [x: number, y: number]

const neighbours = 10

/** Squared distances of a token to all, into `squares`. */
function measureFrom(token: number, positions: readonly Position[], squares: Float64Array): void {
  const [x, y] = positions[token]!
  for (let other = 0; other < squares.length; other++) {
    const position = positions[other]!
    squares[other] = (position[0] - x) ** 2 + (position[1] - y) ** 2
  }
}

/** Puts a value in its place among the smallest so far, which are in order. */
function insert(smallest: Float64Array, value: number): void {
  let place = smallest.length - 1
  for (; place > 0 && value < smallest[place - 1]!; place--) smallest[place] = smallest[place - 1]!
  smallest[place] = value
}

/**
 * Mean share of the 10 nearest other tokens that have the label of the token. Tokens at the very distance of the tenth
 * share the places that are left, so that the order of tokens decides nothing. n².
 */
export function labelPurity(positions: readonly Position[], labels: readonly number[]): number {
  const count = positions.length
  const wanted = Math.min(neighbours, count - 1)
  const squares = new Float64Array(count)
  const smallest = new Float64Array(wanted)
  let sum = 0
  for (let token = 0; token < count; token++) {
    measureFrom(token, positions, squares)
    squares[token] = Infinity // only the others
    smallest.fill(Infinity)
    for (const square of squares) if (square < smallest[wanted - 1]!) insert(smallest, square)
    const radius = smallest[wanted - 1]!
    const [nearer, tied] = [
      { all: 0, same: 0 },
      { all: 0, same: 0 },
    ]
    for (let other = 0; other < count; other++) {
      if (squares[other]! > radius) continue
      const group = squares[other]! < radius ? nearer : tied
      group.all++
      if (labels[other] === labels[token]) group.same++
    }
    sum += (nearer.same + ((wanted - nearer.all) * tied.same) / tied.all) / wanted
  }
  return sum / count
}

/**
 * Mean of (b − a)/max(a, b), with a the mean distance of a token to the others of its label and b that to the nearest
 * other label; 0 for a token that is alone with its label. Null where there are fewer than two labels. n².
 * Rousseeuw 1987, doi 10.1016/0377-0427(87)90125-7.
 */
export function silhouette(positions: readonly Position[], labels: readonly number[]): number | null {
  const classes = Math.max(...labels) + 1
  const sizes = new Int32Array(classes)
  labels.forEach((label) => sizes[label]!++)
  if (sizes.filter((size) => size > 0).length < 2) return null
  const squares = new Float64Array(positions.length)
  const sums = new Float64Array(classes)
  const widths = positions.map((_, token) => {
    measureFrom(token, positions, squares)
    sums.fill(0)
    for (let other = 0; other < squares.length; other++) sums[labels[other]!]! += Math.sqrt(squares[other]!)
    const own = labels[token]!
    if (sizes[own] === 1) return 0
    const a = sums[own]! / (sizes[own]! - 1)
    const others = [...sums.keys()].filter((label) => label !== own && sizes[label]! > 0)
    const b = Math.min(...others.map((label) => sums[label]! / sizes[label]!))
    const larger = Math.max(a, b)
    return larger === 0 ? 0 : (b - a) / larger
  })
  return widths.reduce((sum, value) => sum + value, 0) / widths.length
}
