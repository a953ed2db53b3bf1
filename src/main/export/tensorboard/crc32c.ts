/**
 * CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), and the mask that TFRecord files put over it
 * (tensorflow/core/lib/hash/crc32c.h): a checksum of bytes that contain checksums would be a poor one.
 */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0)
  return remainder
})

export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]!
  return (remainder ^ 0xffffffff) >>> 0
}

const maskDelta = 0xa282ead8

/** ((crc >>> 15) | (crc << 17)) + 0xa282ead8, modulo 2³². */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0
}
