/** Protocol buffers read by the definition of their wire format alone (protobuf.dev/programming-guides/encoding). */

export type Field = bigint | Uint8Array

/** Every field of a message by its number: variable-length integers and fixed ones as bigint, the rest as bytes. */
export function fieldsOf(bytes: Uint8Array): Map<number, Field[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fields = new Map<number, Field[]>()
  let position = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(position++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (position < bytes.length) {
    const key = Number(varint())
    const field = (): Field => {
      switch (key & 7) {
        case 0:
          return varint()
        case 1:
          position += 8
          return view.getBigUint64(position - 8, true)
        case 2: {
          const length = Number(varint())
          position += length
          if (position > bytes.length) throw new Error('a field ends after its message')
          return bytes.subarray(position - length, position)
        }
        case 5:
          position += 4
          return BigInt(view.getUint32(position - 4, true))
        default:
          throw new Error(`wire type ${key & 7}`)
      }
    }
    const number = key >> 3
    fields.set(number, [...(fields.get(number) ?? []), field()])
  }
  return fields
}

export const textOf = (field: Field | undefined): string => new TextDecoder().decode(field as Uint8Array)

const scratch = new DataView(new ArrayBuffer(8))
/** A fixed 32-bit field as a float. */
export function floatOf(field: Field | undefined): number {
  scratch.setUint32(0, Number(field), true)
  return scratch.getFloat32(0, true)
}
/** A fixed 64-bit field as a double. */
export function doubleOf(field: Field | undefined): number {
  scratch.setBigUint64(0, field as bigint, true)
  return scratch.getFloat64(0, true)
}
