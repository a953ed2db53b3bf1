/**
 * A cloud of tokens on a canvas between two steps: paths behind, the hulls, then the tokens as points of their class or as
 * the images that they are. Drawn by hand rather than by echarts: hundreds of points in several panels move with every frame.
 */
import { frameAt, placeIn, type Frame, type View } from '../logic/lab/clouds.ts'
import type { PictureSymbol } from './pictureMarks.ts'

export interface PointGroup {
  readonly colour: string
  readonly shape: Exclude<PictureSymbol, 'line'>
  readonly tokens: readonly number[]
}

/** The images of all tokens on one canvas, in rows, so that each is copied from there. */
export interface Sprites {
  readonly sheet: CanvasImageSource
  readonly width: number
  readonly height: number
  readonly columns: number
}

export interface MovingCloud {
  readonly frames: readonly Frame[]
  /** Tokens on the hull of every frame, in order; null where hulls are not wanted. */
  readonly hulls: readonly (readonly number[])[] | null
  /** Step, or a place between two. */
  readonly at: number
  readonly view: View
  readonly groups: readonly PointGroup[]
  readonly sprites: Sprites | null
  readonly paths: boolean
  readonly marked: number | null
}

export interface CloudColours {
  readonly line: string
  readonly faint: string
  readonly text: string
}

/** So many steps of a path are seen: more would cover the cloud. */
const pathSteps = 6
const margin = 10
const radius = 2.6
/** CSS pixels of the longer side of an image, of a few tokens and of many. */
const imageSize = (count: number) => (count <= 150 ? 20 : count <= 400 ? 15 : 11)

/** Where in a square of some size a place of the cloud is. */
export function placement(view: View, size: number) {
  const scale = (size / 2 - margin) / view.half
  return {
    scale,
    across: (x: number) => size / 2 + (x - view.x) * scale,
    down: (y: number) => size / 2 - (y - view.y) * scale,
    back: (across: number, down: number): [number, number] => [
      (across - size / 2) / scale + view.x,
      (size / 2 - down) / scale + view.y,
    ],
  }
}

export function drawCloud(
  context: CanvasRenderingContext2D,
  size: number,
  cloud: MovingCloud,
  colours: CloudColours,
): void {
  context.clearRect(0, 0, size, size)
  if (cloud.frames.length === 0) return
  const frame = frameAt(cloud.frames, cloud.at)
  const { across, down } = placement(cloud.view, size)
  const draw = { context, cloud, frame, across, down }
  drawAxes(context, size, across(0), down(0), colours.line)
  if (cloud.hulls) drawHulls(draw, cloud.hulls, colours)
  if (cloud.paths) drawPaths(draw)
  if (cloud.sprites) drawImages(draw, cloud.sprites)
  else drawPoints(draw)
  if (cloud.marked !== null) {
    context.beginPath()
    context.arc(across(frame[2 * cloud.marked]!), down(frame[2 * cloud.marked + 1]!), 9, 0, 2 * Math.PI)
    context.strokeStyle = colours.text
    context.lineWidth = 2
    context.stroke()
  }
}

interface Drawing {
  readonly context: CanvasRenderingContext2D
  readonly cloud: MovingCloud
  readonly frame: Frame
  readonly across: (x: number) => number
  readonly down: (y: number) => number
}

function drawAxes(context: CanvasRenderingContext2D, size: number, x: number, y: number, colour: string) {
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  for (const [from, to] of [
    [Math.round(x) + 0.5, null],
    [null, Math.round(y) + 0.5],
  ]) {
    context.moveTo(from ?? 0, to ?? 0)
    context.lineTo(from ?? size, to ?? size)
  }
  context.stroke()
}

/** Of the step before, dashed, and of the tokens as they are: what theory compares. */
function drawHulls(
  { context, cloud, frame, across, down }: Drawing,
  hulls: readonly (readonly number[])[],
  { faint, text }: CloudColours,
) {
  const [before, share] = placeIn(cloud.frames.length, cloud.at)
  const trace = (points: Frame, hull: readonly number[]) => {
    context.beginPath()
    hull.forEach((token) => context.lineTo(across(points[2 * token]!), down(points[2 * token + 1]!)))
    context.closePath()
  }
  const earlier = share > 0 ? before : before - 1
  if (earlier >= 0) {
    context.setLineDash([3, 4])
    context.strokeStyle = faint
    context.lineWidth = 1
    trace(cloud.frames[earlier]!, hulls[earlier]!)
    context.stroke()
    context.setLineDash([])
  }
  // between two steps other tokens may lie outside: the hull of the step that is left fades into that of the next
  for (const [step, strength] of [
    [before, 1 - share],
    [before + 1, share],
  ] as const) {
    if (strength === 0) continue
    trace(frame, hulls[step]!)
    context.globalAlpha = 0.07 * strength
    context.fillStyle = text
    context.fill()
    context.globalAlpha = 0.55 * strength
    context.strokeStyle = faint
    context.lineWidth = 1
    context.stroke()
    context.globalAlpha = 1
  }
}

function drawPaths({ context, cloud, frame, across, down }: Drawing) {
  const [before] = placeIn(cloud.frames.length, cloud.at)
  const first = Math.max(0, before - pathSteps + 1)
  const way = [...cloud.frames.slice(first, before + 1), frame]
  context.globalAlpha = Math.max(0.06, Math.min(0.25, 40 / (frame.length / 2)))
  context.lineWidth = 1
  for (const { colour, tokens } of cloud.groups) {
    context.strokeStyle = colour
    context.beginPath()
    for (const token of tokens) {
      context.moveTo(across(way[0]![2 * token]!), down(way[0]![2 * token + 1]!))
      for (let step = 1; step < way.length; step++)
        context.lineTo(across(way[step]![2 * token]!), down(way[step]![2 * token + 1]!))
    }
    context.stroke()
  }
  context.globalAlpha = 1
}

function drawPoints({ context, cloud, frame, across, down }: Drawing) {
  context.globalAlpha = 0.85
  const size = frame.length > 1000 ? 0.8 * radius : radius
  for (const { colour, shape, tokens } of cloud.groups) {
    context.fillStyle = colour
    context.beginPath()
    for (const token of tokens)
      outline[shape](context, across(frame[2 * token]!), down(frame[2 * token + 1]!), size)
    context.fill()
  }
  context.globalAlpha = 1
}

type Outline = (context: CanvasRenderingContext2D, x: number, y: number, size: number) => void
const corners = (context: CanvasRenderingContext2D, places: readonly (readonly [number, number])[]) => {
  places.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)))
  context.closePath()
}
/** Of about the same area. */
const outline: Record<PointGroup['shape'], Outline> = {
  circle(context, x, y, size) {
    context.moveTo(x + size, y)
    context.arc(x, y, size, 0, 2 * Math.PI)
  },
  rect: (context, x, y, size) => context.rect(x - 0.88 * size, y - 0.88 * size, 1.76 * size, 1.76 * size),
  triangle: (context, x, y, size) =>
    corners(context, [
      [x, y - 1.45 * size],
      [x + 1.3 * size, y + 0.85 * size],
      [x - 1.3 * size, y + 0.85 * size],
    ]),
  diamond: (context, x, y, size) =>
    corners(context, [
      [x, y - 1.4 * size],
      [x + 1.25 * size, y],
      [x, y + 1.4 * size],
      [x - 1.25 * size, y],
    ]),
}

function drawImages({ context, frame, across, down }: Drawing, { sheet, width, height, columns }: Sprites) {
  const count = frame.length / 2
  const shrink = imageSize(count) / Math.max(width, height)
  const [wide, high] = [width * shrink, height * shrink]
  for (let token = 0; token < count; token++) {
    const [left, top] = [(token % columns) * width, Math.floor(token / columns) * height]
    const [x, y] = [across(frame[2 * token]!) - wide / 2, down(frame[2 * token + 1]!) - high / 2]
    context.drawImage(sheet, left, top, width, height, x, y, wide, high)
  }
}
