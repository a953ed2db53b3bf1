/** The images that are tokens on one canvas, as a cloud is drawn with them. */
import { inked } from '../logic/lab/ink.ts'
import { toRgba } from '../logic/pixels.ts'
import type { TokenImages } from '../stores/labImages.ts'
import type { Sprites } from './movingCloud.ts'

/** All images of some tokens on one canvas, in rows. Images of one channel are drawn with the ink of their token. */
export function spriteSheet(
  { height, width, channels, pixels }: TokenImages,
  inkOf: (token: number) => readonly number[],
): Sprites | null {
  const size = height * width * channels
  const count = pixels.length / size
  const columns = Math.ceil(Math.sqrt(count))
  const sheet = document.createElement('canvas')
  ;[sheet.width, sheet.height] = [columns * width, Math.ceil(count / columns) * height]
  const context = sheet.getContext('2d')
  if (!context) return null
  for (let token = 0; token < count; token++) {
    const own = pixels.subarray(token * size, (token + 1) * size)
    const rgba = channels === 1 ? inked(own, inkOf(token), width) : toRgba(own, channels)
    const [left, top] = [(token % columns) * width, Math.floor(token / columns) * height]
    context.putImageData(new ImageData(rgba, width, height), left, top)
  }
  return { sheet, width, height, columns }
}
