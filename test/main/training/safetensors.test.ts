import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../../src/main/training/safetensors.ts'

describe('safetensors', () => {
  it('has the published layout', () => {
    const bytes = encodeSafetensors(
      {
        a: { shape: [2], numbers: Float32Array.of(1, -2) },
        'b/c': { shape: [], numbers: Float32Array.of(0.5) },
      },
      { note: 'é' },
    )
    const view = new DataView(bytes.buffer)
    const length = Number(view.getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { note: 'é' },
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      'b/c': { dtype: 'F32', shape: [], data_offsets: [8, 12] },
    })
    expect([0, 4, 8].map((offset) => view.getFloat32(8 + length + offset, true))).toEqual([1, -2, 0.5])
    expect(bytes.length).toBe(8 + length + 12)
  })

  it('comes back as it was, every bit', () => {
    const tensor = fc
      .float32Array({ minLength: 0, maxLength: 9 })
      .map((numbers) => ({ shape: [numbers.length], numbers }))
    const name = fc.string({ minLength: 1 }).filter((text) => text !== '__metadata__' && text !== '__proto__')
    const options = { noNullPrototype: true }
    fc.assert(
      fc.property(
        fc.dictionary(name, tensor, options),
        fc.dictionary(name, fc.string(), options),
        (tensors, metadata) => {
          const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata))
          expect(decoded).toEqual({ tensors, metadata })
        },
      ),
    )
  })

  it('refuses whatever is cut, and never throws anything but an Error', () => {
    const bytes = encodeSafetensors({ a: { shape: [3], numbers: Float32Array.of(1, 2, 3) } }, {})
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeSafetensors(bytes.slice(0, length)), String(length)).toThrow(Error)
  })
})
