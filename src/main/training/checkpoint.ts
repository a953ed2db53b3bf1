/**
 * One checkpoint as a file: a safetensors file whose metadata says what it belongs to, sealed with a SHA-256 over all
 * of its bytes. Which ones are written and kept is decided in checkpoints.ts; why so: docs/decisions/0006-checkpoints.md.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { validationSchema } from '../../shared/experiment.ts'
import { decodeSafetensors, encodeSafetensors, type HostTensors } from './safetensors.ts'

const format = 'attention-workbench-checkpoint/1'

/** Everything beside the tensors that a run needs to go on, or a reader to know what they are. */
const contentSchema = z.object({
  /** Optimiser steps done. Batches, masks and learning rates follow from it: there is no other random state. */
  step: z.number().int().min(0),
  seed: z.number().int(),
  attention: z.string(),
  /** configurationHash of identity.ts. */
  configuration: z.string(),
  bestValidation: validationSchema.nullable(),
  lastValidation: validationSchema.nullable(),
  /** Wall time of the run so far. */
  seconds: z.number(),
  /** SpikeState of spikes.ts. */
  spikes: z.object({ losses: z.array(z.number()).readonly(), quietUntil: z.number() }),
})
export type Checkpoint = z.infer<typeof contentSchema> & { readonly tensors: HostTensors }

/** In the place of the hash while it is computed. */
const unsealed = '0'.repeat(64)
const sealMarker = '"sha256":"'

/** Where the hash stands in the header. Values are JSON inside JSON: their quotes are escaped, so the marker is unique. */
function sealPosition(bytes: Uint8Array): number {
  const position = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(sealMarker)
  if (position < 0) throw new Error('it has no checksum')
  return position + sealMarker.length
}

/** Computed on another thread: a step may run meanwhile. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

/** Writes a checkpoint so that after a crash at any moment the file is either absent, the old one, or whole. */
export async function writeCheckpoint(file: string, { tensors, ...content }: Checkpoint): Promise<void> {
  const values = Object.entries(content).map(([key, value]) => [key, JSON.stringify(value)] as const)
  const bytes = encodeSafetensors(tensors, { sha256: unsealed, format, ...Object.fromEntries(values) })
  const seal = await sha256(bytes)
  bytes.set(new TextEncoder().encode(seal), sealPosition(bytes))

  const folder = path.dirname(file)
  const temporary = `${file}.${process.pid}${temporarySuffix}`
  await fs.mkdir(folder, { recursive: true })
  try {
    const handle = await fs.open(temporary, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, file)
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await flushFolder(folder)
}

/** Files with this ending were being written when their process ended. */
export const temporarySuffix = '.tmp'

/** Makes a rename last. Windows has no such call for folders: its file system keeps a journal of them. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws Error that says what is wrong with the file, as the end of a sentence about it */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const bytes = new Uint8Array(await fs.readFile(file))
  const position = sealPosition(bytes)
  const seal = Buffer.from(bytes.subarray(position, position + unsealed.length)).toString('latin1')
  bytes.set(new TextEncoder().encode(unsealed), position)
  if ((await sha256(bytes)) !== seal) throw new Error('its checksum does not match')
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (metadata.format !== format)
    throw new Error(`its format is ${metadata.format}, this program reads ${format}`)
  const { sha256: _, format: __, ...values } = metadata
  const content = Object.entries(values).map(([key, value]) => [key, JSON.parse(value)] as const)
  return { ...contentSchema.parse(Object.fromEntries(content)), tensors }
}
