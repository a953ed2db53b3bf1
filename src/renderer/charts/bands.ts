/** The band around a line, from its lower to its upper edge, drawn by a custom series with one item. */
import type { CustomSeriesRenderItem, CustomSeriesRenderItemReturn } from 'echarts'
import type { AggregatedCurve } from './aggregate.ts'

/** A band, in pieces between its gaps. What lies before `firstStep` is left out: a logarithmic axis has no place for 0. */
export function bandPolygons(
  curve: AggregatedCurve,
  firstStep: number,
  fill: string,
): CustomSeriesRenderItem {
  const pieces: AggregatedCurve[] = []
  let start = 0
  for (let end = 0; end <= curve.steps.length; end++) {
    if (end < curve.steps.length && curve.count[end]! > 0) continue
    const piece = <Value>(values: readonly Value[]) => values.slice(start, end)
    if (end > start)
      pieces.push({
        ...{ steps: piece(curve.steps), mean: piece(curve.mean), count: piece(curve.count) },
        ...{ lower: piece(curve.lower), upper: piece(curve.upper) },
      })
    start = end + 1
  }
  const draw = pieces.map((piece) => bandPolygon(piece, firstStep, fill))
  return (parameters, api) => ({
    type: 'group',
    children: draw.map((item) => item(parameters, api)) as CustomSeriesRenderItemReturn[] as never[],
  })
}

/** A polygon along the upper edge and back along the lower one, in pixels. */
export function bandPolygon(curve: AggregatedCurve, firstStep: number, fill: string): CustomSeriesRenderItem {
  return (_, api) => {
    const edge = (values: readonly number[]) =>
      curve.steps.flatMap((step, index) => (step < firstStep ? [] : [api.coord([step, values[index]!])]))
    return {
      type: 'polygon',
      shape: { points: [...edge(curve.upper), ...edge(curve.lower).reverse()] },
      style: { fill, opacity: 0.16 },
      silent: true,
    }
  }
}
