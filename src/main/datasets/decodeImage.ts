/** One image file of any common format as pixels in the shape of a dataset's images. */
import fs from 'node:fs/promises'
import sharp from 'sharp'
import { WorkbenchError } from '../../shared/errors.ts'
import type { ImageDataset } from '../../shared/experiment.ts'

/** What a file may hold at most: a photograph of any camera, not an image that was made to fill the memory. */
const mostBytes = 64 * 2 ** 20
const mostPixels = 100e6

/** What sharp tells apart by content; vector graphics and documents are none of them. */
const formats: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif'])

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
  const image = sharp(await read(file, name), { limitInputPixels: mostPixels, failOn: 'error' })
  const { format } = await image.metadata().catch(() => ({ format: undefined }))
  if (!format || !formats.has(format))
    throw new WorkbenchError(
      'unsupported-format',
      `${JSON.stringify(name)} is no image file that is known here.`,
      'Use PNG, JPEG, WebP, GIF, TIFF or AVIF.',
    )
  const upright = image.autoOrient().removeAlpha()
  const coloured = channels === 1 ? upright.greyscale() : upright.toColourspace('srgb')
  try {
    const { data } = await coloured
      .resize(width, height, { fit: 'cover' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  } catch (error) {
    throw new WorkbenchError(
      'file-damaged',
      `The image ${JSON.stringify(name)} cannot be decoded: ${(error as Error).message}.`,
      `It may be cut off, or larger than ${mostPixels / 1e6} million pixels.`,
    )
  }
}

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
