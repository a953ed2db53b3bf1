/** Which part of a horizontal axis is looked at: dragged over, nearer, further, to the side. Pure. */

/** First and last place of an axis. */
export type AxisSpan = readonly [first: number, last: number]

/** On a logarithmic axis equal distances are equal ratios. */
const scaled = (isLogarithmic: boolean) =>
  isLogarithmic ? { to: Math.log, from: Math.exp } : { to: (x: number) => x, from: (x: number) => x }

/**
 * What was dragged over, within the whole axis; wide enough to show two places where there is something.
 * @param places ascending or not: those with a point
 * @returns null where that is the whole axis
 */
export function dragged(
  [from, to]: AxisSpan,
  [first, last]: AxisSpan,
  places: readonly number[],
): AxisSpan | null {
  let [left, right] = [Math.max(first, Math.min(from, to)), Math.min(last, Math.max(from, to))]
  const within = new Set(places.filter((place) => place >= left && place <= right))
  if (within.size < 2) {
    left = Math.max(first, ...places.filter((place) => place <= left))
    right = Math.min(last, ...places.filter((place) => place >= right))
  }
  return left >= right || (left <= first && right >= last) ? null : [left, right]
}

/** So much of what is shown, around a place that stays where it is: below 1 is nearer. Null: the whole axis. */
export function zoomed(
  shown: AxisSpan,
  whole: AxisSpan,
  { place, factor, isLogarithmic }: { place: number; factor: number; isLogarithmic: boolean },
  places: readonly number[],
): AxisSpan | null {
  const { to, from } = scaled(isLogarithmic)
  const at = to(Math.min(shown[1], Math.max(shown[0], place)))
  const edge = (end: number) => from(at + factor * (to(end) - at))
  return dragged([edge(shown[0]), edge(shown[1])], whole, places)
}

/** Moved by a share of what is shown, as far as the axis goes. */
export function moved(shown: AxisSpan, whole: AxisSpan, share: number, isLogarithmic: boolean): AxisSpan {
  const { to, from } = scaled(isLogarithmic)
  const width = to(shown[1]) - to(shown[0])
  const shift = share * width
  const most = to(whole[1]) - to(shown[1])
  const least = to(whole[0]) - to(shown[0])
  const by = Math.min(most, Math.max(least, shift))
  return [from(to(shown[0]) + by), from(to(shown[1]) + by)]
}

/** The part of a line of points within a span, with interpolated ends where it crosses them. */
export function cutLine(
  points: readonly (readonly [number, number])[],
  [first, last]: AxisSpan,
): [number, number][] {
  const cut: [number, number][] = []
  points.forEach(([x, y], index) => {
    const before = points[index - 1]
    for (const edge of [first, last])
      if (before && before[0] < edge && x > edge)
        cut.push([edge, before[1] + ((edge - before[0]) / (x - before[0])) * (y - before[1])])
    if (x >= first && x <= last) cut.push([x, y])
  })
  return cut
}
