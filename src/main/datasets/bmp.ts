/**
 * Windows bitmaps, which sharp does not read: uncompressed ones of 1, 4, 8, 24 or 32 bits per pixel, stored from the
 * bottom or from the top. Microsoft, "Bitmap Storage": a file header of 14 bytes, an information header of 40 or more,
 * a palette of blue, green, red, 0; rows padded to four bytes.
 */

export interface Bitmap {
  width: number
  height: number
  /** Red, green, blue: (height, width, 3). */
  pixels: Uint8Array
}

/** Whether `bytes` begin like a bitmap. */
export const isBitmap = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d

/** Throws Error with the reason where `bytes` are no whole bitmap of a kind that is read here. */
export function decodeBitmap(bytes: Uint8Array, mostPixels: number): Bitmap {
  const { view, width, height, fromTop, bits, palette, colours, start } = readHeader(bytes)
  if (width * height > mostPixels) throw new Error(`it has ${width} x ${height} pixels`)
  const rowBytes = Math.ceil((width * bits) / 32) * 4
  if (start + rowBytes * height > bytes.length) throw new Error('it ends before its last pixel')

  const pixels = new Uint8Array(width * height * 3)
  for (let row = 0, to = 0; row < height; row++) {
    const from = start + (fromTop ? row : height - 1 - row) * rowBytes
    for (let column = 0; column < width; column++, to += 3) {
      let at = from + (column * bits) / 8
      if (bits <= 8) {
        const shift = 8 - bits - ((column * bits) % 8)
        const colour = (view.getUint8(Math.floor(at)) >> shift) & ((1 << bits) - 1)
        if (colour >= colours) throw new Error(`it names colour ${colour} of ${colours}`)
        at = palette + 4 * colour
      }
      pixels[to] = bytes[at + 2]!
      pixels[to + 1] = bytes[at + 1]!
      pixels[to + 2] = bytes[at]!
    }
  }
  return { width, height, pixels }
}

function readHeader(bytes: Uint8Array) {
  if (!isBitmap(bytes) || bytes.length < 54) throw new Error('it ends within its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerBytes = view.getUint32(14, true)
  if (headerBytes < 40) throw new Error('its header is older than Windows 3')
  const width = view.getInt32(18, true)
  const height = view.getInt32(22, true)
  const bits = view.getUint16(28, true)
  const compression = view.getUint32(30, true)
  if (compression !== 0) throw new Error(`it is compressed (method ${compression})`)
  if (![1, 4, 8, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits per pixel`)
  if (width <= 0 || height === 0) throw new Error(`its size is ${width} x ${height}`)
  const palette = 14 + headerBytes
  const start = view.getUint32(10, true)
  const named = view.getUint32(46, true) || 2 ** bits
  const colours = bits <= 8 ? Math.min(named, 2 ** bits) : 0
  if (bits <= 8 && palette + 4 * colours > bytes.length) throw new Error('it ends within its palette')
  return { view, width, height: Math.abs(height), fromTop: height < 0, bits, palette, colours, start }
}
