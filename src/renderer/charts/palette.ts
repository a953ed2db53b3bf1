/**
 * How a variant is drawn: a colour of styles/tokens.css and a dash pattern, by its place among the compared ones, so that
 * the baseline is always the first colour, solid. Colour is never the only difference.
 */
import { shownColours } from './shownColours.ts'

/** Colours in tokens.css: --variant-1 to --variant-8. */
export const colourCount = 8

/** Lengths of dash and gap in pixels; [] is a solid line. */
const dashes: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [9, 3, 2, 3],
  [14, 4],
  [5, 2, 5, 6],
  [11, 3, 2, 3, 2, 3],
]

export interface VariantStyle {
  /** Name of the custom property that holds the colour, or the colour that a person chose, as #rrggbb. */
  colour: string
  dash: readonly number[]
}

/** How a line with these dashes is named in a chart; without any it is solid. */
export const lineType = ({ dash }: Pick<VariantStyle, 'dash'>): 'solid' | number[] =>
  dash.length > 0 ? [...dash] : 'solid'

/** A variant as it is named and drawn. */
export interface DrawnVariant {
  id: string
  name: string
  style: VariantStyle
}

/** The colour of a style as CSS has it. */
export const cssColour = (colour: string): string => (colour.startsWith('--') ? `var(${colour})` : colour)

/** The style of the variant at a place of the experiment. 56 places differ, the first 7 in both colour and dash. */
export function variantStyle(place: number): VariantStyle {
  return { colour: `--variant-${(place % colourCount) + 1}`, dash: dashes[place % dashes.length]! }
}

/** The styles of the variants of an experiment, by id; `chosen` has the colours that a person gave to some of them. */
export const stylesOf = (
  ids: readonly string[],
  chosen: (id: string) => string | null = () => null,
): ReadonlyMap<string, VariantStyle> =>
  new Map(
    ids.map((id, place) => {
      const style = variantStyle(place)
      return [id, { ...style, colour: chosen(id) ?? style.colour }]
    }),
  )

/** The colour that a person gave to all of some runs, which is then that of their variant; null where they differ. */
export function commonColour(colours: readonly (string | null)[]): string | null {
  const [first = null] = colours
  return colours.every((colour) => colour === first) ? first : null
}

/** The colours and the font that a canvas cannot take from CSS by itself. */
export interface ChartTheme {
  text: string
  faint: string
  line: string
  surface: string
  font: string
  /** Value of a custom property such as "--variant-1"; a colour is its own. */
  colour: (property: string) => string
}

export function readChartTheme(): ChartTheme {
  const shown = shownColours()
  const colour = (property: string) => (property.startsWith('--') ? shown(property) : property)
  return {
    text: colour('--text-muted'),
    faint: colour('--text-faint'),
    line: colour('--line'),
    surface: colour('--surface'),
    font: singleQuoted(getComputedStyle(document.body).fontFamily),
    colour,
  }
}

/** A list of fonts as an attribute of a drawing holds it, which itself stands in double quotation marks. */
export const singleQuoted = (fonts: string): string => fonts.replaceAll('"', "'")

/** The two ends of a scale of shares, from the ground of a card to the first colour, as red, green and blue. */
export function mixRange(theme: ChartTheme): [number[], number[]] {
  return [channels(theme.surface), channels(theme.colour('--variant-1'))]
}

/** "#0067a6" -> [0, 103, 166]; "#fff", as a build shortens it, -> [255, 255, 255]. */
export function channels(hex: string): number[] {
  const digits = hex.slice(1)
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  return [0, 2, 4].map((place) => Number.parseInt(long.slice(place, place + 2), 16))
}

/** Colours that a person may give a run: mid tones of the palette, seen on light and on dark ground, kept as #rrggbb. */
export const pickedColours = [
  { name: 'blue', colour: '#1f7fc0' },
  { name: 'orange', colour: '#d9622b' },
  { name: 'green', colour: '#1f9a74' },
  { name: 'pink', colour: '#c4649d' },
  { name: 'ochre', colour: '#b3821a' },
  { name: 'sky', colour: '#3f9bd0' },
  { name: 'violet', colour: '#8b63c8' },
  { name: 'grey', colour: '#7c7c80' },
] as const
