/** The words, keys and scales of colours around the charts of a picture, as elements of echarts' graphic component. */
import type { ChartTheme } from './palette.ts'

/** How a class of points is drawn; a line where nothing is said. */
export type PictureSymbol = 'line' | 'circle' | 'triangle' | 'rect' | 'diamond'

export interface PictureKey {
  name: string
  /** As CSS has it. */
  colour: string
  dash?: readonly number[]
  symbol?: PictureSymbol
}

/** Which colour is which value. */
export interface Ramp {
  title: string
  /** At equal distances. */
  colours: readonly string[]
  ticks: readonly { position: number; words: string }[]
}

export type Mark = Record<string, unknown>

/** Nearly the width of a text in pixels: a picture is composed where there is nothing to measure with. */
export const widthOf = (text: string, fontSize: number): number => [...text].length * fontSize * 0.53

/** Lines of whole words that are no wider than so many pixels. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && widthOf(longer, fontSize) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

interface TextPlace {
  x: number
  y: number
  fontSize: number
  colour: string
  weight: number
  theme: Pick<ChartTheme, 'font'>
  align?: 'left' | 'center'
  /** What `y` is of the line. */
  vertical?: 'top' | 'middle'
}

export const textMark = (
  text: string,
  { x, y, fontSize, colour, weight, theme, align = 'left', vertical = 'top' }: TextPlace,
): Mark => ({
  type: 'text',
  silent: true,
  style: {
    ...{ text, x, y, fill: colour, textAlign: align, textVerticalAlign: vertical },
    font: `${weight} ${fontSize}px ${theme.font}`,
  },
})

/** A piece of line, or a symbol, and the name behind it; `x`, `y` are the upper left corner of 30 + text by 18 pixels. */
export function keyMark(key: PictureKey, x: number, y: number, theme: ChartTheme, weight = 400): Mark[] {
  const { name, colour, dash = [], symbol = 'line' } = key
  const middle = y + 8
  const text = (left: number) =>
    textMark(name, {
      ...{ x: left, y: middle, vertical: 'middle', fontSize: 13 },
      ...{ colour: theme.text, weight, theme },
    })
  if (symbol === 'line')
    return [
      {
        type: 'line',
        silent: true,
        shape: { x1: x, x2: x + 26, y1: middle, y2: middle },
        style: { stroke: colour, lineWidth: 2.5, ...(dash.length > 0 && { lineDash: [...dash] }) },
      },
      text(x + 34),
    ]
  const centre = x + 6
  const outlines: Record<Exclude<PictureSymbol, 'line' | 'circle'>, [number, number][]> = {
    triangle: [[0, -5], [5, 4], [-5, 4]], // prettier-ignore
    rect: [[-4, -4], [4, -4], [4, 4], [-4, 4]], // prettier-ignore
    diamond: [[0, -5], [5, 0], [0, 5], [-5, 0]], // prettier-ignore
  }
  const shape =
    symbol === 'circle'
      ? { type: 'circle', shape: { cx: centre, cy: middle, r: 4.5 } }
      : {
          type: 'polygon',
          shape: { points: outlines[symbol].map(([across, down]) => [centre + across, middle + down]) },
        }
  return [{ ...shape, silent: true, style: { fill: colour } }, text(x + 18)]
}

const rampWidth = 280

/** A scale of colours with its title before it and its values below. */
export function rampMark({ title, colours, ticks }: Ramp, x: number, y: number, theme: ChartTheme): Mark[] {
  const words = { fontSize: 12, colour: theme.text, weight: 400, theme }
  const left = x + Math.ceil(widthOf(title, 12)) + 26
  const last = Math.max(1, colours.length - 1)
  return [
    textMark(title, { ...words, x, y: y + 6, vertical: 'middle' }),
    {
      type: 'rect',
      silent: true,
      shape: { x: left, y, width: rampWidth, height: 11 },
      style: {
        fill: {
          ...{ type: 'linear', x: 0, y: 0, x2: 1, y2: 0 },
          colorStops: colours.map((color, place) => ({ offset: place / last, color })),
        },
        stroke: theme.line,
      },
    },
    ...ticks.map(({ position, words: text }) =>
      textMark(text, { ...words, x: left + position * rampWidth, y: y + 15, align: 'center' }),
    ),
  ]
}
