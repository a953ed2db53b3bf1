/**
 * Colours of values: one scale for everything that is compared, so that equal colours are equal values. Sequential
 * from the smallest to the largest value, or diverging from a neutral one, which then has the middle colour and as much
 * room above as below. Both are safe for colour-blind eyes: viridis by its lightness, the other as blue against orange.
 */
import { channels, type ChartTheme } from './palette.ts'

export type ScaleKind = 'sequential' | 'diverging'

/** How many colours of styles/tokens.css a scale has: --sequential-1 and so on. */
const colourCounts: Record<ScaleKind, number> = { sequential: 10, diverging: 9 }

/** The colours of a scale from low to high, at equal distances. */
export const coloursOf = (kind: ScaleKind, theme: Pick<ChartTheme, 'colour'>): string[] =>
  Array.from({ length: colourCounts[kind] }, (_, index) => theme.colour(`--${kind}-${index + 1}`))

/** The sequential colours without their ends, which as lines and points would be lost on a dark or a light ground. */
export const inkOf = (theme: Pick<ChartTheme, 'colour'>): string[] =>
  coloursOf('sequential', theme).slice(2, -1)

export interface ColourScale {
  kind: ScaleKind
  /** Values of the first and of the last colour. */
  minimum: number
  maximum: number
  /** Whether equal distances of colour are equal ratios of values. */
  logarithmic: boolean
}

export interface ScaleChoice {
  neutral?: number | null
  logarithmic?: boolean
}

/** The scale over some values; null where none is a number. A logarithm needs positive values, else it is left out. */
export function scaleOver(values: Iterable<number | null>, choice: ScaleChoice = {}): ColourScale | null {
  let minimum = Infinity
  let maximum = -Infinity
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  if (minimum > maximum) return null
  const logarithmic = (choice.logarithmic ?? false) && minimum > 0
  const neutral = choice.neutral ?? null
  if (neutral === null || (logarithmic && neutral <= 0))
    return { kind: 'sequential', minimum, maximum, logarithmic }
  if (logarithmic) {
    const reach = Math.max(neutral / minimum, maximum / neutral)
    return { kind: 'diverging', minimum: neutral / reach, maximum: neutral * reach, logarithmic }
  }
  const reach = Math.max(neutral - minimum, maximum - neutral)
  return { kind: 'diverging', minimum: neutral - reach, maximum: neutral + reach, logarithmic }
}

/** Whether the ends of a scale differ by more than rounding would make them. */
const hasExtent = ({ minimum, maximum }: ColourScale): boolean =>
  maximum - minimum > 1e-9 * Math.max(Math.abs(minimum), Math.abs(maximum))

/** Where on the scale a value is, 0 to 1; one half where the scale has no extent. */
export function positionOn(scale: ColourScale, value: number): number {
  if (!hasExtent(scale)) return 0.5
  const { minimum, maximum, logarithmic } = scale
  const position = logarithmic
    ? Math.log(value / minimum) / Math.log(maximum / minimum)
    : (value - minimum) / (maximum - minimum)
  return Math.min(1, Math.max(0, position))
}

/** The value at a position of the scale: the reverse of positionOn. */
export function valueAt({ minimum, maximum, logarithmic }: ColourScale, position: number): number {
  return logarithmic ? minimum * (maximum / minimum) ** position : minimum + position * (maximum - minimum)
}

/** Values to write beside the colours: the ends and the middle. */
export const ticksOf = (scale: ColourScale): { position: number; value: number }[] =>
  hasExtent(scale)
    ? [0, 0.5, 1].map((position) => ({ position, value: valueAt(scale, position) }))
    : [{ position: 0.5, value: scale.minimum }]

/** Red, green and blue, 0 to 255, of `entries` equally spaced positions: looked up when every pixel is one. */
export function colourTable(colours: readonly string[], entries = 256): Uint8Array {
  const table = new Uint8Array(3 * entries)
  const anchors = colours.map(channels)
  for (let entry = 0; entry < entries; entry++) {
    const place = (entry / (entries - 1)) * (anchors.length - 1)
    const index = Math.min(anchors.length - 2, Math.floor(place))
    for (let channel = 0; channel < 3; channel++) {
      const from = anchors[index]![channel]!
      table[3 * entry + channel] = Math.round(from + (place - index) * (anchors[index + 1]![channel]! - from))
    }
  }
  return table
}

/** Red, green and blue at a position, 0 to 1, of a table of colours. */
export function colourAt(table: Uint8Array, position: number): readonly [number, number, number] {
  const entry = 3 * Math.round(position * (table.length / 3 - 1))
  return [table[entry]!, table[entry + 1]!, table[entry + 2]!]
}

/** Black or white, whichever can be read on a colour: by its luma (Rec. 709). */
export const readableOn = ([red, green, blue]: readonly [number, number, number]): '#000' | '#fff' =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue > 127 ? '#000' : '#fff'

/** As a CSS background: the ramp of a legend. */
export const gradientOf = (colours: readonly string[]): string =>
  `linear-gradient(90deg, ${colours.join(', ')})`
