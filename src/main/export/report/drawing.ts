/** A chart of a report as a drawing of its own, with a title and a legend, in the colours of a light page. */
import { height, legendMark, marksOf, width, type LineChart } from './chart.ts'
import { html, Markup } from './html.ts'
import { drawingStyle } from './style.ts'

/** Above and around the marks: title, unit and legend. */
const [heading, edge] = [74, 12]
/** Room for a name in the legend: narrower letters leave some of it. */
const [characterWidth, markWidth] = [7, 36]

/** The drawing as an SVG document. */
export function drawingOf(chart: LineChart, experiment: string): string {
  let right = edge + 8
  const legend = chart.lines.map((line) => {
    const left = right
    right += markWidth + characterWidth * line.name.length + 20
    return html`<g transform="translate(${left} 46)"
      >${legendMark(line)}<text class="name" x="${markWidth}" y="8">${line.name}</text></g
    >`
  })
  const size = [width + 2 * edge, height + heading + edge] as const
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${size[0]} ${size[1]}"
    width="${size[0]}"
    height="${size[1]}"
  >
    <style>
      ${new Markup(drawingStyle)}
    </style>
    <rect class="ground" width="100%" height="100%" />
    <text class="title" x="${edge + 8}" y="30">${chart.title}, ${chart.unit}: ${experiment}</text>
    ${legend}
    <g transform="translate(${edge} ${heading})">${marksOf(chart)}</g>
  </svg> `.source
}
