/**
 * What a run keeps of its hidden states at one evaluation, as the database and the trainer's messages hold it: a
 * safetensors file, compressed with gzip. Packing takes half a second for twenty million bytes: it is done where the
 * numbers are measured, not where they are stored.
 */
import { promisify } from 'node:util'
import { constants, gunzip, gzipSync } from 'node:zlib'
import { decodeSafetensors, encodeSafetensors, type HostTensors } from './safetensors.ts'

export interface Probe {
  /** Optimiser steps done when it was taken. */
  readonly step: number
  /** By tap, with its block: `blocks.2.attn.hook_pattern`. */
  readonly tensors: HostTensors
}

export interface PackedProbe {
  readonly step: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Half of a causal attention map is zeros, which any level finds; what is left hardly shrinks at all. */
const level = constants.Z_BEST_SPEED
/** No probe is this large: what unpacks to more was not packed here. */
const mostBytes = 2 ** 31

export function packProbe({ step, tensors }: Probe): PackedProbe {
  const bytes = gzipSync(encodeSafetensors(tensors, { step: String(step) }), { level })
  return { step, bytes: new Uint8Array(bytes) } // of its own buffer: it travels between processes
}

/** @throws Error that says what is wrong with the bytes */
export async function unpackProbe({ step, bytes }: PackedProbe): Promise<Probe> {
  const file = await promisify(gunzip)(bytes, { maxOutputLength: mostBytes })
  const { tensors } = decodeSafetensors(new Uint8Array(file.buffer, file.byteOffset, file.length))
  return { step, tensors }
}
