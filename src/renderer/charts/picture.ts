/**
 * A chart as it is kept: panels side by side under a title, with a legend and, where colours are values, their scale, since
 * those of the window are not part of a chart. Pure: it composes one echarts option; render.ts makes a file of it.
 */
import type { EChartsOption } from './echarts.ts'
import type { ChartTheme, VariantStyle } from './palette.ts'
import {
  keyMark,
  rampMark,
  textMark,
  widthOf,
  wrap,
  type Mark,
  type PictureKey,
  type Ramp,
} from './pictureMarks.ts'

export interface Panel {
  /** Above it. Null: the title of the picture says it. */
  name: string | null
  /** Whose it is: the piece of line before its name. */
  style?: VariantStyle | undefined
  /** Below it. */
  note?: string
  /** With one grid, one axis each way, and series. */
  option: EChartsOption
}

export interface Picture {
  title: string
  /** What one must know to read it: of what it is, what lines, bands and colours mean. */
  notes: readonly string[]
  panels: readonly Panel[]
  /** Of a panel in CSS pixels, with the words at its axes. */
  size: { width: number; height: number }
  keys: readonly PictureKey[]
  ramp: Ramp | null
}

/** The width that panels side by side may take before they continue below, in CSS pixels. */
const mostWidth = 1640
const leastWidth = 720
const [padding, gap] = [24, 20]

interface Grid extends Record<string, unknown> {
  left: number
  right: number
  top: number
  bottom: number
}

/** One option with all panels, and how large it is in CSS pixels. */
export function composePicture(picture: Picture, theme: ChartTheme) {
  const { panels, size } = picture
  const columns = Math.max(1, Math.min(panels.length, Math.floor((mostWidth + gap) / (size.width + gap))))
  const width = Math.max(leastWidth, columns * (size.width + gap) - gap + 2 * padding)
  const marks: Mark[] = []
  let y = padding

  const write = (text: string, fontSize: number, colour: string, weight = 400) => {
    for (const line of wrap(text, width - 2 * padding, fontSize)) {
      marks.push(textMark(line, { x: padding, y, fontSize, colour, weight, theme }))
      y += Math.round(fontSize * 1.4)
    }
  }
  write(picture.title, 18, theme.text, 600)
  y += 2
  for (const note of picture.notes) write(note, 12, theme.faint)
  y += 8
  let x = padding
  for (const key of picture.keys) {
    const needed = 34 + widthOf(key.name, 13) + 22
    if (x > padding && x + needed > width - padding) [x, y] = [padding, y + 22]
    marks.push(...keyMark(key, x, y, theme))
    x += needed
  }
  if (picture.keys.length > 0) y += 28

  const head = panels.some(({ name }) => name !== null) ? 24 : 0
  const foot = panels.some(({ note }) => note !== undefined) ? 20 : 0
  const boxes = panels.map((panel, index) => {
    const box = {
      x: padding + (index % columns) * (size.width + gap),
      y: y + Math.floor(index / columns) * (head + size.height + foot + gap),
    }
    const named = panel.style ? [{ name: panel.name ?? '', ...lineOf(panel.style, theme) }] : []
    if (named.length > 0) marks.push(...named.flatMap((key) => keyMark(key, box.x, box.y, theme, 600)))
    else if (panel.name !== null)
      marks.push(textMark(panel.name, { ...box, fontSize: 13, colour: theme.text, weight: 600, theme }))
    if (panel.note !== undefined)
      marks.push(
        textMark(panel.note, {
          ...{ x: box.x, y: box.y + head + size.height + 2, fontSize: 12 },
          ...{ colour: theme.faint, weight: 400, theme },
        }),
      )
    return { x: box.x, y: box.y + head }
  })
  y += Math.ceil(panels.length / columns) * (head + size.height + foot + gap) - gap
  if (picture.ramp) {
    marks.push(...rampMark(picture.ramp, padding, y + 14, theme))
    y += 50
  }

  const option: Record<string, unknown> = {
    animation: false,
    backgroundColor: theme.surface,
    graphic: { elements: marks },
    grid: panels.map(({ option: { grid } }, index) => placed(grid as unknown as Grid, boxes[index]!, size)),
    xAxis: panels.map(({ option: { xAxis } }, gridIndex) => ({ ...(xAxis as object), gridIndex })),
    yAxis: panels.map(({ option: { yAxis } }, gridIndex) => ({ ...(yAxis as object), gridIndex })),
    series: panels.flatMap(({ option: { series } }, index) =>
      ([series ?? []].flat() as { id?: string | number }[]).map((one, place) => ({
        ...one,
        id: `${index} ${one.id ?? place}`, // the same variant may be in every panel
        xAxisIndex: index,
        yAxisIndex: index,
      })),
    ),
    // Panels of one picture have one scale of colours.
    ...(panels[0]?.option.visualMap ? { visualMap: panels[0].option.visualMap } : {}),
  }
  return { option, width, height: y + padding }
}

/** A grid at its place in the picture instead of by its distances from the edges of a chart. */
function placed(grid: Grid, { x, y }: { x: number; y: number }, size: Picture['size']) {
  const { left, right, top, bottom, ...rest } = grid
  return {
    ...rest,
    ...{ left: x + left, top: y + top },
    ...{ width: size.width - left - right, height: size.height - top - bottom },
  }
}

/** How the line of a variant looks. */
export const lineOf = ({ colour, dash }: VariantStyle, theme: Pick<ChartTheme, 'colour'>) => ({
  colour: theme.colour(colour),
  dash,
})
