/**
 * Seeded randomness without state: a number is a function of (seed, purpose, counter), so that any step of a run can
 * be repeated on its own and variants with the same seed see the same draws.
 * Philox4x32-10, Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */

/** Purposes never share draws. The numbers are part of the record of a run: never renumber them. */
export const purposes = {
  initialisation: 1,
  dataOrder: 2,
  dropout: 3,
  sampling: 4,
  augmentation: 5,
  probe: 6,
  statistics: 7,
  split: 8,
  derivation: 9,
  bootstrap: 10,
} as const
export type Purpose = keyof typeof purposes

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = aLow * bLow
  const middle1 = aHigh * bLow + (low >>> 16)
  const middle2 = aLow * bHigh + (middle1 & 0xffff)
  return (aHigh * bHigh + Math.floor(middle1 / 0x10000) + Math.floor(middle2 / 0x10000)) >>> 0
}

/** Four unsigned 32-bit integers from a counter of four and a key of two. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0) >>> 0
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [c0, c1, c2, c3]
}

/** A uniform number in [0, 1) with 53 random bits. */
const unitInterval = (high: number, low: number): number => ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53

/** The uniform number in [0, 1) that belongs to (seed, purpose, stream, index). */
export function uniformAt(seed: number, purpose: Purpose, stream: number, index: number): number {
  const [high, low] = philox(
    [index >>> 0, Math.floor(index / 2 ** 32), stream >>> 0, 0],
    [seed >>> 0, purposes[purpose]],
  )
  return unitInterval(high, low)
}

/** `count` draws from N(0, deviation²), by Box and Muller; they belong to (seed, purpose, stream). */
export function normals(
  seed: number,
  purpose: Purpose,
  stream: number,
  count: number,
  deviation: number,
): Float32Array {
  const values = new Float32Array(count)
  for (let index = 0; index < count; index += 2) {
    const [a, b, c, d] = philox([index / 2, 0, stream >>> 0, 1], [seed >>> 0, purposes[purpose]])
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - unitInterval(a, b)))
    const angle = 2 * Math.PI * unitInterval(c, d)
    values[index] = radius * Math.cos(angle)
    if (index + 1 < count) values[index + 1] = radius * Math.sin(angle)
  }
  return values
}

/** A stream number for a name: FNV-1a, 32 bits. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
