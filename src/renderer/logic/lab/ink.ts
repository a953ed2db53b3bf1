/** Images of one channel as ink on whatever is behind them. */

/**
 * Red, green, blue, alpha of an image of one channel, drawn in a colour: the ink is what differs from the ground, which is
 * the value in the middle of those that the corners have.
 */
export function inked(
  pixels: Uint8Array,
  ink: readonly number[],
  width: number,
): Uint8ClampedArray<ArrayBuffer> {
  const corners = [0, width - 1, pixels.length - width, pixels.length - 1].map((place) => pixels[place]!)
  const [, low, high] = corners.sort((a, b) => a - b)
  const ground = (low! + high!) / 2
  const reach = Math.max(ground, 255 - ground)
  const rgba = new Uint8ClampedArray(pixels.length * 4)
  pixels.forEach((value, index) => {
    rgba.set(ink, 4 * index)
    rgba[4 * index + 3] = (255 * Math.abs(value - ground)) / reach
  })
  return rgba
}
