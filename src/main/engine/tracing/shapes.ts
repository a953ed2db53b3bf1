/** Arithmetic on static shapes, with NumPy's broadcasting rules. */
export type Shape = readonly number[]

/** Number of elements of a tensor of this shape. */
export const sizeFromShape = (shape: Shape): number => shape.reduce((size, dimension) => size * dimension, 1)

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis])

/** The shape of an elementwise operation between `a` and `b`; throws where they do not fit. */
export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`Shapes [${a}] and [${b}] cannot be broadcast together.`)
    return left === 1 ? right : left
  })
}

/** Axes as non-negative numbers, ascending; undefined or null means every axis. */
export function normalisedAxes(axes: number | readonly number[] | null | undefined, rank: number): number[] {
  const list =
    axes === undefined || axes === null ? Array.from({ length: rank }, (_, axis) => axis) : [axes].flat()
  return list.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDimensions: boolean): number[] {
  return shape.flatMap((dimension, axis) => (axes.includes(axis) ? (keepDimensions ? [1] : []) : [dimension]))
}
