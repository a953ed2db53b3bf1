/**
 * A safetensors file read by the definition of the format (github.com/huggingface/safetensors, "Format"), checked as the
 * reference implementation checks it: entries tile the data without gaps, overlaps or anything left over.
 */
export interface ReadTensor {
  readonly shape: readonly number[]
  readonly numbers: Float32Array
}

export function readSafetensors(file: Uint8Array): {
  tensors: Map<string, ReadTensor>
  metadata: Record<string, string>
} {
  const bytes = Uint8Array.from(file) // whose slices are copies, those of a Buffer are not
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length))) as Record<string, never>
  const data = bytes.slice(8 + length)
  const { __metadata__: metadata = {}, ...entries } = header
  const tensors = new Map<string, ReadTensor>()
  let end = 0
  const inOrder = Object.entries(
    entries as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>,
  ).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
  for (const [name, { dtype, shape, data_offsets }] of inOrder) {
    if (dtype !== 'F32') throw new Error(`${name} is ${dtype}`)
    if (data_offsets[0] !== end) throw new Error(`there is a gap or an overlap before ${name}`)
    end = data_offsets[1]
    if (end - data_offsets[0] !== 4 * shape.reduce((a, b) => a * b, 1))
      throw new Error(`${name} has a wrong size`)
    tensors.set(name, { shape, numbers: new Float32Array(data.slice(...data_offsets).buffer) })
  }
  if (end !== data.length) throw new Error('something is left over')
  return { tensors, metadata }
}
