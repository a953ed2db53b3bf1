/** A metric against the step as SVG: a line per variant, the mean over its seeds, and a band from the smallest to the largest. */
import { html, type Markup } from './html.ts'

export interface ChartLine {
  readonly name: string
  /** Which variant of the experiment it is, from 0: decides colour and dashes. */
  readonly place: number
  readonly points: readonly ChartPoint[]
}
export interface ChartPoint {
  readonly step: number
  readonly low: number
  readonly mean: number
  readonly high: number
}

/** A value that needs no training, drawn across. */
export interface ChartLevel {
  readonly name: string
  readonly value: number
}

/** Of the drawing, in its own units. */
export const [width, height] = [900, 340]
const margin = { top: 14, right: 16, bottom: 40, left: 60 }
const dashes = ['', '7 4', '2 3', '9 3 2 3', '14 4', '5 2 5 6', '11 3 2 3 2 3']
export const colourCount = 8

/** A chart before it is drawn. */
export interface LineChart {
  readonly title: string
  readonly unit: string
  /** At least one, with at least one point. */
  readonly lines: readonly ChartLine[]
  readonly levels: readonly ChartLevel[]
}

/** Axes, levels, bands and lines: what an `svg` of `width` and `height` holds, coloured by the classes of style.ts. */
export function marksOf({ lines, levels }: LineChart): Markup {
  const points = lines.flatMap((line) => line.points)
  const lastStep = Math.max(1, ...points.map(({ step }) => step))
  const steps = ticks(0, lastStep, 8).filter((step) => Number.isInteger(step))
  const lowest = Math.min(...points.map(({ low }) => low))
  const highest = Math.max(...points.map(({ high }) => high))
  const room = (highest - lowest || Math.abs(highest) || 1) * 0.06
  const [bottom, top] = [lowest - room, highest + room]
  const shown = levels.filter(({ value }) => value >= bottom && value <= top)
  const x = (step: number) => margin.left + (step / lastStep) * (width - margin.left - margin.right)
  const y = (value: number) =>
    height - margin.bottom - ((value - bottom) / (top - bottom)) * (height - margin.top - margin.bottom)
  const values = ticks(bottom, top, 6)
  return html` ${values.map(
      (value) =>
        html`<line
            class="grid"
            x1="${margin.left}"
            x2="${width - margin.right}"
            y1="${fine(y(value))}"
            y2="${fine(y(value))}"
          />
          <text class="tick" x="${margin.left - 8}" y="${fine(y(value) + 4)}" text-anchor="end"
            >${rounded(value)}</text
          >`,
    )}
    ${steps.map(
      (step) =>
        html`<text class="tick" x="${fine(x(step))}" y="${height - margin.bottom + 18}" text-anchor="middle"
          >${grouped(step)}</text
        >`,
    )}
    <text class="tick" x="${(margin.left + width - margin.right) / 2}" y="${height - 4}" text-anchor="middle">
      step
    </text>
    ${shown.map(
      ({ name, value }) =>
        html`<line
            class="level"
            x1="${margin.left}"
            x2="${width - margin.right}"
            y1="${fine(y(value))}"
            y2="${fine(y(value))}"
          />
          <text class="tick" x="${width - margin.right - 4}" y="${fine(y(value) - 4)}" text-anchor="end"
            >${name} ${rounded(value)}</text
          >`,
    )}
    ${lines.map(
      ({ place, points }) => html`<path class="band c${place % colourCount}" d="${bandOf(points, x, y)}" />`,
    )}
    ${lines.map(
      ({ place, points }) =>
        html`<path
          class="curve c${place % colourCount}"
          stroke-dasharray="${dashes[place % dashes.length]}"
          d="${pathOf(points.map(({ step, mean }) => [x(step), y(mean)]))}"
        />`,
    )}`
}

/** The line of a variant, as legends show it in 28 by 8 units. */
export const legendMark = ({ place }: ChartLine): Markup =>
  html`<path
    class="curve c${place % colourCount}"
    stroke-dasharray="${dashes[place % dashes.length]}"
    d="M0 4H28"
  />`

/** The chart as a part of a page. */
export function lineChart(chart: LineChart): Markup {
  const { title, unit, lines } = chart
  return html`<figure>
    <figcaption>${title} <span class="unit">${unit}</span></figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}, ${unit}, against the step">
      ${marksOf(chart)}
    </svg>
    <ul class="legend">
      ${lines.map(
        (line) =>
          html`<li><svg viewBox="0 0 28 8" aria-hidden="true">${legendMark(line)}</svg>${line.name}</li>`,
      )}
    </ul>
  </figure>`
}

type Scale = (value: number) => number

const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${fine(x)} ${fine(y)}`).join('')

function bandOf(points: readonly ChartPoint[], x: Scale, y: Scale): string {
  const over = points.map(({ step, high }) => [x(step), y(high)] as const)
  const under = points.toReversed().map(({ step, low }) => [x(step), y(low)] as const)
  return `${pathOf([...over, ...under])}Z`
}

const fine = (pixels: number): string => String(Math.round(pixels * 10) / 10)
const rounded = (value: number): string => String(Number(value.toPrecision(4)))
const grouped = (value: number): string => value.toLocaleString('en-US')

/** Round values between two bounds, about so many: multiples of 1, 2 or 5 times a power of ten. */
export function ticks(from: number, to: number, wanted: number): number[] {
  const raw = (to - from) / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10)
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}
