/** One image file of any common format as pixels in the shape of a dataset's images. */
import fs from 'node:fs'
import type { default as SharpFactory, Sharp } from 'sharp'
import { WorkbenchError } from '../../shared/errors.ts'
import type { ImageDataset } from '../../shared/experiment.ts'
import { decodeBitmap, isBitmap } from './bmp.ts'
import { readImageHeader } from './imageHeader.ts'
import type { ImageInformation } from './imageHeader.ts'
import { decodeSmallJpeg } from './smallJpeg.ts'

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

let loaded: Promise<typeof SharpFactory> | undefined

/** Loaded where an image needs it: what imports a text has no use for its 20 MB. */
const loadSharp = (): Promise<typeof SharpFactory> =>
  (loaded ??= import('sharp').then(({ default: sharp }) => {
    // Every file is read once: what libvips would keep is never asked for again. Many images are decoded at once, each
    // by one thread.
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  }))

/** The bytes of an image file, and what errors call it. */
export interface EncodedImage {
  readonly bytes: Uint8Array
  readonly name: string
}

type Shape = Pick<ImageDataset, 'height' | 'width' | 'channels'>

/**
 * The image in `file` in the shape of a dataset: readImageFile, then decodePixels.
 * @param name what errors call the file
 */
export const decodeImage = async (file: string, name: string, shape: Shape): Promise<Uint8Array> =>
  decodePixels(readImageFile(file, name), shape)

/**
 * The pixels (height, width, channels) of the first picture in an image file: turned upright, without its alpha
 * channel, grey or in colour as the dataset is, and, where its size differs, scaled to cover that of the dataset, cut
 * at the middle.
 * @throws WorkbenchError file-too-large, unsupported-format, file-damaged
 */
export async function decodePixels(
  image: EncodedImage,
  { height, width, channels }: Shape,
): Promise<Uint8Array> {
  const small = await decodeSmallJpeg(image.bytes, { height, width, channels })
  if (small) return small
  const opened = await openImage(image)
  try {
    const upright = opened.autoOrient().removeAlpha()
    const coloured = channels === 1 ? upright.greyscale() : upright.toColourspace('srgb')
    const { data } = await coloured
      .resize(width, height, { fit: 'cover' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  } catch (error) {
    throw undecodable(image.name, error)
  }
}

/** What the header of an image file says. Throws like decodePixels. */
export async function inspectImage(image: EncodedImage): Promise<ImageInformation> {
  const header = readImageHeader(image.bytes)
  if (header && header.height * header.width <= mostPixels) return header
  const opened = await openImage(image)
  const { autoOrient, space } = await opened.metadata().catch((error: unknown) => {
    throw undecodable(image.name, error)
  })
  return { ...autoOrient, isGrey: space === 'b-w' || space === 'grey16' }
}

async function openImage({ bytes, name }: EncodedImage): Promise<Sharp> {
  const sharp = await loadSharp()
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

/**
 * The bytes of an image file. It blocks, for small files take less time than waiting for them does: call it where nobody
 * else waits.
 * @throws WorkbenchError file-missing, not-a-file, file-empty, file-unreadable, file-too-large
 */
export function readImageFile(file: string, name: string): EncodedImage {
  let descriptor: number | undefined
  try {
    // Opened without waiting: a pipe would wait for its writer.
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
    const found = fs.fstatSync(descriptor)
    if (!found.isFile())
      throw new WorkbenchError('not-a-file', `${name} is not a regular file.`, 'Name image files.')
    if (found.size === 0) throw new WorkbenchError('file-empty', `${name} is empty.`, 'Name image files.')
    if (found.size > mostBytes)
      throw new WorkbenchError(
        'file-too-large',
        `${name} has ${found.size} bytes; an image file may have ${mostBytes} at most.`,
        'Scale it down first.',
      )
    const bytes = new Uint8Array(found.size)
    let length = 0
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = fs.readSync(descriptor, bytes, length, bytes.length - length, length)
    return { bytes: bytes.subarray(0, length), name }
  } catch (error) {
    if (error instanceof WorkbenchError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new WorkbenchError(
        'file-missing',
        `There is no file ${name}.`,
        'Check the path and its spelling.',
      )
    throw new WorkbenchError(
      'file-unreadable',
      `The file ${name} cannot be read: ${message}.`,
      'Check its permissions and the disk it is on.',
    )
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}
