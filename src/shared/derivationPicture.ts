/**
 * A derivation as a picture: a row of small plots per variant, one per step, each on its own scale, which stands below it
 * as ± half its side. Colours are labels. One SVG document as text.
 */
import type { Derivation, DerivedVariant } from './derivation.ts'

/** Of more steps, so many are drawn, evenly spread with the first and the last. */
const mostPanels = 9

const panel = 120 // pixels of a plot's side
const gap = 10
const left = 16
const top = 64
/** From the top of one row to that of the next: name, plot, scale. */
const rowHeight = panel + 56
const colours = [
  ...['#3568c0', '#d9622b', '#2f8f5b', '#b23a67', '#7a5cc0'],
  ...['#a8832a', '#2b8fa3', '#8a4b32', '#6b7280', '#4d7c0f'],
]
/** A cloud smaller than this share of the first is drawn as the point that it has become. */
const smallest = 1e-6

export function derivationPicture(derived: Derivation): string {
  const { derivation, labels } = derived
  const columns = Math.max(1, ...derivation.map(({ steps }) => shownOf(steps).length))
  const width = left * 2 + columns * (panel + gap) - gap
  const height = top + derivation.length * rowHeight
  const rows = derivation.map((variant, row) => drawVariant(variant, labels, top + row * rowHeight))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="system-ui, sans-serif" font-size="11" fill="#333">`,
    `<title>${escaped(titleOf(derived))}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 26, titleOf(derived), 'font-size="15" font-weight="600"'),
    text(left, 44, settingsOf(derived), 'fill="#666"'),
    ...rows,
    '</svg>\n',
  ].join('\n')
}

const shownOf = <Item>(items: readonly Item[]): Item[] => {
  if (items.length <= mostPanels) return [...items]
  const last = items.length - 1
  return Array.from(
    { length: mostPanels },
    (_, place) => items[Math.round((place * last) / (mostPanels - 1))]!,
  )
}

function drawVariant(
  { attention, steps, overflowed }: DerivedVariant,
  labels: Derivation['labels'],
  y: number,
) {
  const note = overflowed ? ' (ended: numbers too large)' : ''
  const least = steps[0] ? smallest * frameOf(steps[0].positions).half : 0
  const plots = shownOf(steps).map(({ step, positions }, column) => {
    const x = left + column * (panel + gap)
    const { centre, half } = frameOf(positions)
    const shown = Math.max(half, least) || 1
    const at = (value: number, middle: number) =>
      round(panel / 2 + ((value - middle) / shown) * (panel / 2 - 6))
    const points = positions.map(
      ([a, b], token) =>
        `<circle cx="${at(a, centre[0])}" cy="${round(panel - at(b, centre[1]))}" r="1.8" fill="${colourOf(labels?.[token])}"/>`,
    )
    return [
      `<g transform="translate(${x} ${y + 12})">`,
      `<rect width="${panel}" height="${panel}" fill="#fafafa" stroke="#ddd"/>`,
      `<g fill-opacity="0.65">${points.join('')}</g>`,
      text(2, panel + 14, `step ${step}`),
      text(panel - 2, panel + 14, `± ${twoDigits(shown)}`, 'text-anchor="end" fill="#666"'),
      '</g>',
    ].join('\n')
  })
  return [text(left, y + 4, attention + note, 'font-weight="600"'), ...plots].join('\n')
}

/** The middle of the cloud, and how far its tokens reach from there along either axis. */
function frameOf(positions: readonly (readonly [number, number])[]) {
  const middle = (axis: 0 | 1) => {
    const values = positions.map((position) => position[axis])
    return (Math.min(...values) + Math.max(...values)) / 2
  }
  const centre = [middle(0), middle(1)] as const
  const reach = positions.map(([x, y]) => Math.max(Math.abs(x - centre[0]), Math.abs(y - centre[1])))
  return { centre, half: Math.max(0, ...reach) }
}

function titleOf({ settings: { source, count, weights } }: Derivation): string {
  const what = source.kind === 'points' ? `points (${source.shape})` : `images of dataset ${source.dataset}`
  return `${count} ${what} under attention with ${weights} weights`
}

function settingsOf({ settings }: Derivation): string {
  const { norm, normPlacement, residual, stepSize, scale, seed } = settings
  return [
    norm === 'none' ? 'no norm' : `norm ${norm}, ${normPlacement}`,
    residual ? 'residual' : 'no residual',
    `step size ${stepSize}`,
    `scale ${scale}`,
    `seed ${seed}`,
  ].join(' · ')
}

/** "1.8", "38", "1.8e-6" */
function twoDigits(value: number): string {
  if (value < 1e-3 || value >= 1e5) return value.toExponential(1)
  return value < 10 ? value.toPrecision(2) : value.toFixed(0)
}

const colourOf = (label: number | undefined): string => colours[(label ?? 0) % colours.length]!
const round = (value: number): number => Math.round(value * 10) / 10
const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escaped(content)}</text>`
const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
