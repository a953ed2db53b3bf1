import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { packProbe, unpackProbe } from '../../../src/main/training/packedProbe.ts'
import { decodeSafetensors } from '../../../src/main/training/safetensors.ts'

const pattern = Float32Array.from({ length: 2 * 32 * 32 }, (_, index) =>
  index % 32 > Math.floor(index / 32) % 32 ? 0 : Math.fround(1 / (1 + index)),
)
const probe = {
  step: 250,
  tensors: {
    'blocks.0.attn.hook_pattern': { shape: [1, 2, 32, 32], numbers: pattern },
    tokens: { shape: [1, 3], numbers: Float32Array.of(7, 0, 65_535) },
  },
}

it('is a safetensors file behind gzip, smaller where attention looks back only', () => {
  const { step, bytes } = packProbe(probe)
  expect(step).toBe(250)
  expect(bytes.length).toBeLessThan(4 * pattern.length * 0.75)
  expect(bytes.buffer.byteLength).toBe(bytes.length)
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(gunzipSync(bytes)))
  expect(metadata).toEqual({ step: '250' })
  expect(tensors).toEqual(probe.tensors)
})

it('comes back bit for bit', async () => {
  expect(await unpackProbe(packProbe(probe))).toEqual(probe)
})

it('is refused where its bytes are damaged', async () => {
  const { bytes } = packProbe(probe)
  await expect(unpackProbe({ step: 250, bytes: bytes.slice(0, 100) })).rejects.toThrow(/unexpected end/)
  await expect(unpackProbe({ step: 250, bytes: Uint8Array.of(1, 2, 3) })).rejects.toThrow(/incorrect header/)
})
