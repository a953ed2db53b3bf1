/** One image file of any common format as pixels in the shape of a dataset's images. */
import fs from 'node:fs/promises'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { WorkbenchError } from '../../shared/errors.ts'
import type { ImageDataset } from '../../shared/experiment.ts'
import { decodeBitmap, isBitmap } from './bmp.ts'

/** What a file may hold at most: a photograph of any camera, not an image that was made to fill the memory. */
const mostBytes = 64 * 2 ** 20
const mostPixels = 100e6

/**
 * How files of the formats begin that sharp may decode here; "." stands for any byte. Vector graphics and documents,
 * which it would draw as well, are none of them.
 */
const signatures = [
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff',
  'GIF87a',
  'GIF89a',
  'RIFF....WEBP',
  'II*\0',
  'MM\0*',
  '....ftypavif',
  '....ftypavis',
]
const isKnown = (bytes: Uint8Array): boolean =>
  signatures.some((signature) =>
    [...signature].every((character, index) => character === '.' || bytes[index] === character.charCodeAt(0)),
  )

// Every file is read once: what libvips would keep is never asked for again.
sharp.cache(false)

/**
 * The pixels (height, width, channels) of the first picture in `file`: turned upright, without its alpha channel, grey
 * or in colour as the dataset is, and, where its size differs, scaled to cover that of the dataset, cut at the middle.
 * @param name what errors call the file
 * @throws WorkbenchError file-missing, not-a-file, file-empty, file-unreadable, file-too-large, unsupported-format,
 *   file-damaged
 */
export async function decodeImage(
  file: string,
  name: string,
  { height, width, channels }: Pick<ImageDataset, 'height' | 'width' | 'channels'>,
): Promise<Uint8Array> {
  const image = await openImage(file, name)
  try {
    const upright = image.autoOrient().removeAlpha()
    const coloured = channels === 1 ? upright.greyscale() : upright.toColourspace('srgb')
    const { data } = await coloured
      .resize(width, height, { fit: 'cover' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  } catch (error) {
    throw undecodable(name, error)
  }
}

export interface ImageInformation {
  /** Pixels, as it is shown: upright. */
  height: number
  width: number
  isGrey: boolean
}

/** What the header of an image file says. Throws like decodeImage. */
export async function inspectImage(file: string, name: string): Promise<ImageInformation> {
  const image = await openImage(file, name)
  const { autoOrient, space } = await image.metadata().catch((error: unknown) => {
    throw undecodable(name, error)
  })
  return { ...autoOrient, isGrey: space === 'b-w' || space === 'grey16' }
}

async function openImage(file: string, name: string): Promise<Sharp> {
  const bytes = await read(file, name)
  const options = { limitInputPixels: mostPixels, failOn: 'error' } as const
  if (isBitmap(bytes)) {
    try {
      const { pixels, ...size } = decodeBitmap(bytes, mostPixels)
      return sharp(pixels, { ...options, raw: { ...size, channels: 3 } })
    } catch (error) {
      throw damaged(name, (error as Error).message)
    }
  }
  if (isKnown(bytes)) return sharp(bytes, options)
  throw new WorkbenchError(
    'unsupported-format',
    `${JSON.stringify(name)} is no image file that is known here.`,
    'Use PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF.',
  )
}

/**
 * sharp or libvips gave up. What they say is not repeated: libvips collects its complaints for the whole process, and
 * where several images are decoded at once they may be another's.
 */
function undecodable(name: string, error: unknown): WorkbenchError {
  if (!(error as Error).message.includes('pixel limit')) return damaged(name, 'it is cut short or damaged')
  return new WorkbenchError(
    'file-too-large',
    `The image ${JSON.stringify(name)} claims more than ${mostPixels / 1e6} million pixels.`,
    'Scale it down first, or leave it out.',
  )
}

const damaged = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `The image ${JSON.stringify(name)} cannot be decoded: ${reason}.`,
    'Get it again, or leave it out.',
  )

async function read(file: string, name: string): Promise<Buffer> {
  // asked before opening, because opening a pipe would wait for its writer
  const found = await fs.stat(file).catch(() => undefined)
  if (!found)
    throw new WorkbenchError('file-missing', `There is no file ${name}.`, 'Check the path and its spelling.')
  if (!found.isFile())
    throw new WorkbenchError('not-a-file', `${name} is not a regular file.`, 'Name image files.')
  if (found.size === 0) throw new WorkbenchError('file-empty', `${name} is empty.`, 'Name image files.')
  if (found.size > mostBytes)
    throw new WorkbenchError(
      'file-too-large',
      `${name} has ${found.size} bytes; an image file may have ${mostBytes} at most.`,
      'Scale it down first.',
    )
  return fs.readFile(file).catch((error: Error) => {
    throw new WorkbenchError(
      'file-unreadable',
      `The file ${name} cannot be read: ${error.message}.`,
      'Check its permissions and the disk it is on.',
    )
  })
}
