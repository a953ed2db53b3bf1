/**
 * What the headers of JPEG and PNG files say, without a decoder: asking libvips costs a fifth of a millisecond, which
 * is minutes for a dataset of small images. Everything out of the ordinary is left to it.
 */

export interface ImageInformation {
  /** Pixels, as it is shown: upright. */
  height: number
  width: number
  isGrey: boolean
}

/** Undefined where the beginning of `bytes` is no plain JPEG or PNG header, or where the image may be turned by Exif. */
export function readImageHeader(bytes: Uint8Array): ImageInformation | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = readPng(view) ?? readJpeg(view)
  return found && found.height > 0 && found.width > 0 ? found : undefined
}

/** The same of a JPEG that says nothing of its colours (no profile, no Adobe segment); undefined for every other file. */
export function readPlainJpegHeader(bytes: Uint8Array): ImageInformation | undefined {
  return readJpeg(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), jpegApplication1 + 1)
}

const pngSignature = 0x89504e470d0a1a0an
const pngHeader = 0x49484452 // IHDR
const pngData = 0x49444154 // IDAT
const pngExif = 0x65584966 // eXIf
/** Colour types of PNG: 0 is grey, 4 grey with alpha. */
const pngGrey: readonly number[] = [0, 4]

/** https://www.w3.org/TR/png-3/: chunks of length, type, content and checksum, the header first. */
function readPng(view: DataView): ImageInformation | undefined {
  if (view.byteLength < 33 || view.getBigUint64(0) !== pngSignature || view.getUint32(12) !== pngHeader)
    return undefined
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4)
    if (type === pngExif) return undefined
    if (type === pngData) break
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    isGrey: pngGrey.includes(view.getUint8(25)),
  }
}

/** JPEG's markers. Frame headers are 0xc0 to 0xcf but for three others among them. */
const jpegStart = 0xffd8
const jpegApplication1 = 0xffe1
const jpegApplication15 = 0xffef
const jpegScan = 0xffda
const isFrame = (marker: number) =>
  marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)

/**
 * ITU-T T.81, annex B: segments of marker, length and content up to the frame header. Undefined where an application segment
 * from `refused` on comes first: number 1 is where Exif lies, profiles and colours are in later ones.
 */
function readJpeg(view: DataView, refused = jpegApplication15 + 1): ImageInformation | undefined {
  if (view.byteLength < 2 || view.getUint16(0) !== jpegStart) return undefined
  let at = 2
  while (at + 10 <= view.byteLength) {
    const marker = view.getUint16(at)
    if (isFrame(marker))
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        isGrey: view.getUint8(at + 9) === 1,
      }
    if (marker < 0xffc0 || marker === jpegScan || marker === jpegApplication1) return undefined
    if (marker >= refused && marker <= jpegApplication15) return undefined
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
