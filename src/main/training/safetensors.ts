/**
 * The safetensors layout (github.com/huggingface/safetensors): eight bytes that hold the length of the header, a JSON
 * header that says where each tensor lies, then the numbers, raw and little-endian as on every platform we run on.
 */

export interface HostTensor {
  readonly shape: readonly number[]
  readonly numbers: Float32Array
}
export type HostTensors = Readonly<Record<string, HostTensor>>

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [start: number, end: number]
}
const metadataKey = '__metadata__'
const lengthBytes = 8

/** The bytes of a file. Names in the order given; the header is padded so that the numbers are aligned. */
export function encodeSafetensors(
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { [metadataKey]: metadata }
  let end = 0
  for (const [name, { shape, numbers }] of Object.entries(tensors)) {
    const start = end
    end += numbers.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] } satisfies Omit<Entry, 'shape'> & {
      shape: readonly number[]
    }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(text.length / lengthBytes) * lengthBytes
  const dataStart = lengthBytes + headerLength
  const bytes = new Uint8Array(dataStart + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.set(text, lengthBytes)
  bytes.fill(0x20, lengthBytes + text.length, dataStart)
  let offset = dataStart
  for (const { numbers } of Object.values(tensors)) {
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), offset)
    offset += numbers.byteLength
  }
  return bytes
}

/** @throws Error that says what is wrong with the bytes */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: Record<string, HostTensor>
  metadata: Record<string, string>
} {
  if (bytes.length < lengthBytes) throw new Error(`it has ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = Number(view.getBigUint64(0, true))
  const dataStart = lengthBytes + headerLength
  if (dataStart > bytes.length)
    throw new Error(`its header ends at byte ${dataStart}, the file at ${bytes.length}`)
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(lengthBytes, dataStart))
  const { [metadataKey]: metadata = {}, ...entries } = JSON.parse(text) as Record<string, never>
  const tensors = Object.entries(entries as Record<string, Entry>).map(([name, entry]) => {
    const [start, end] = entry.data_offsets
    const count = entry.shape.reduce((size, dimension) => size * dimension, 1)
    if (entry.dtype !== 'F32' || end - start !== 4 * count || start < 0 || dataStart + end > bytes.length)
      throw new Error(`its tensor ${name} is not where the header says`)
    const numbers = new Float32Array(bytes.slice(dataStart + start, dataStart + end).buffer)
    return [name, { shape: entry.shape, numbers }] as const
  })
  return { tensors: Object.fromEntries(tensors), metadata }
}
