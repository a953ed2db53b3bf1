/** Pixels as the workbench sends them, made into what a canvas draws. */

/** Bytes of a base64 text. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** Grey (1 channel) or red, green, blue (3) pixels as opaque red, green, blue, alpha. */
export function toRgba(pixels: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((pixels.length / channels) * 4)
  const last = channels - 1
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += 4) {
    rgba[to] = pixels[from]!
    rgba[to + 1] = pixels[from + Math.min(1, last)]!
    rgba[to + 2] = pixels[from + Math.min(2, last)]!
    rgba[to + 3] = 255
  }
  return rgba
}

/** The most images of each of `rows` classes, up to `wanted`, that together have at most `bytes`. At least one. */
export function imagesPerRow(wanted: number, rows: number, imageBytes: number, bytes: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(bytes / (rows * imageBytes))))
}
