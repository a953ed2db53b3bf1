/**
 * Small JPEGs as cameras of datasets write them, by libjpeg-turbo in WebAssembly. libvips decodes by the same library, but
 * takes ten times as long to set up its pipeline as the pixels of such an image take.
 */
import { createRequire } from 'node:module'
import type { ImageDataset } from '../../shared/experiment.ts'
import { readPlainJpegHeader } from './imageHeader.ts'

/** Beyond this the pixels take longer than the pipeline. */
const mostPixels = 2 ** 16

/** What is used of @cornerstonejs/codec-libjpeg-turbo-8bit, which comes without types. */
interface Decoder {
  /** Where the file's bytes go. */
  getEncodedBuffer(length: number): Uint8Array
  /** Throws a number, and is of no use afterwards. */
  decode(): void
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number }
  /** (height, width, componentCount), until the next image. */
  getDecodedBuffer(): Uint8ClampedArray
  delete(): void
}
type Codec = { readonly JPEGDecoder: new () => Decoder }

const loadCodec = (): Promise<Codec> =>
  createRequire(import.meta.url)('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')()
let codec: Promise<Codec> | undefined
let decoder: Decoder | undefined

/**
 * The pixels (height, width, channels) of a small JPEG that has the shape of the dataset already: no Exif, no colour
 * profile, nothing to scale or convert. They are libvips' to the last bit. Undefined for anything else, damaged files among
 * them: those are for libvips to judge.
 */
export async function decodeSmallJpeg(
  bytes: Uint8Array,
  { height, width, channels }: Pick<ImageDataset, 'height' | 'width' | 'channels'>,
): Promise<Uint8Array | undefined> {
  if (height * width > mostPixels) return undefined
  const header = readPlainJpegHeader(bytes)
  if (header?.height !== height || header.width !== width || header.isGrey !== (channels === 1))
    return undefined
  codec ??= loadCodec()
  const { JPEGDecoder } = await codec
  decoder ??= new JPEGDecoder()
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const frame = decoder.getFrameInfo()
    const isExpected = frame.width === width && frame.height === height && frame.componentCount === channels
    return isExpected ? new Uint8Array(decoder.getDecodedBuffer()) : undefined
  } catch {
    decoder.delete()
    decoder = undefined
    return undefined
  }
}
