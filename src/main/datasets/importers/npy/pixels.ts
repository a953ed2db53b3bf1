/** The values of an array as images of bytes, (height, width, channels) each. */
import type { ByteReader } from '../bytes.ts'
import type { ImageShape } from '../imageWriter.ts'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { readValues, unsupported } from './format.ts'
import type { NpyHeader } from './format.ts'

/** Values that are read at once, about. */
const blockValues = 2 ** 18
/** Bytes of images in Fortran's order, of which the first is known when all are. */
const mostFortranBytes = 2 ** 30

export interface ImageLayout extends ImageShape {
  count: number
  /** (count, channels, height, width), as PyTorch has it. */
  channelsFirst: boolean
}

export function layoutOf({ shape }: NpyHeader): ImageLayout {
  const [count = 0, first = 0, second = 0, third] = shape
  if (third === undefined) return { count, height: first, width: second, channels: 1, channelsFirst: false }
  const areChannels = (axis: number) => axis === 1 || axis === 3
  if (areChannels(first) && !areChannels(third))
    return { count, height: second, width: third, channels: first, channelsFirst: true }
  return { count, height: first, width: second, channels: third, channelsFirst: false }
}

/** What a value is multiplied with to be a byte: integers are bytes, truth values and floats up to 1 are shares of 255. */
export async function scaleOf(reader: ByteReader, header: NpyHeader, name: string): Promise<number> {
  let least = Infinity
  let most = -Infinity
  let isNumber = true
  for await (const values of readValues(reader, header, blockValues, name))
    for (const value of values) {
      if (value < least) least = value
      if (value > most) most = value
      if (Number.isNaN(value)) isNumber = false
    }
  if (!isNumber) throw unsupported(name, 'has pixels that are no numbers')
  if (least < 0 || most > 255)
    throw unsupported(
      name,
      `has values from ${least} to ${most}, where pixels are 0 to 255, or floats from 0 to 1`,
    )
  return header.type.kind !== 'integer' && most <= 1 ? 255 : 1
}

/** Blocks of whole images in their order; a block is overwritten by the next one. */
export async function* readPixels(
  reader: ByteReader,
  header: NpyHeader,
  scale: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  const { count, height, width, channels, channelsFirst } = layoutOf(header)
  const imageValues = height * width * channels
  const perBlock = Math.max(1, Math.floor(blockValues / imageValues)) * imageValues
  const inOrder = header.fortranOrder
    ? fromFortran(reader, header, { count, imageValues, scale, name })
    : scaled(readValues(reader, header, perBlock, name), scale)
  for await (const pixels of inOrder)
    yield channelsFirst ? channelsLast(pixels, { height, width, channels }) : pixels
}

async function* scaled(blocks: AsyncIterable<Float64Array>, scale: number): AsyncGenerator<Uint8Array> {
  for await (const values of blocks) yield Uint8Array.from(values, (value) => Math.round(value * scale))
}

/** One block of all images: in Fortran's order the number of the image changes fastest, the last axis slowest. */
async function* fromFortran(
  reader: ByteReader,
  header: NpyHeader,
  { count, imageValues, scale, name }: { count: number; imageValues: number; scale: number; name: string },
): AsyncGenerator<Uint8Array> {
  if (count * imageValues > mostFortranBytes)
    throw new WorkbenchError(
      'file-too-large',
      `${name} has ${count * imageValues} values in Fortran's order; accepted are ${mostFortranBytes}.`,
      "Save it in C's order: numpy.ascontiguousarray makes it so.",
    )
  const pixels = new Uint8Array(count * imageValues)
  const positions = fortranPositions(header.shape.slice(1))
  let run = 0
  for await (const values of readValues(reader, header, count, name)) {
    const position = positions[run++]!
    for (let image = 0; image < count; image++)
      pixels[image * imageValues + position] = Math.round(values[image]! * scale)
  }
  yield pixels
}

/** Where in an item in C's order the values of one in Fortran's order belong. */
function fortranPositions(shape: readonly number[]): number[] {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  )
  let positions = [0]
  shape.forEach((length, axis) => {
    const before = positions
    positions = Array.from({ length }, (_, index) => before.map((at) => at + index * strides[axis]!)).flat()
  })
  return positions
}

function channelsLast(pixels: Uint8Array, { height, width, channels }: ImageShape): Uint8Array {
  const turned = new Uint8Array(pixels.length)
  const plane = height * width
  const imageBytes = plane * channels
  for (let start = 0; start < pixels.length; start += imageBytes)
    for (let channel = 0; channel < channels; channel++)
      for (let at = 0; at < plane; at++)
        turned[start + at * channels + channel] = pixels[start + channel * plane + at]!
  return turned
}
