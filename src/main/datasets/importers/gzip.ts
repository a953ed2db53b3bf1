/** gzip as a stream, with an end for files that would grow without one. Several members in a row are one content. */
import { Readable, pipeline } from 'node:stream'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { WorkbenchError } from '../../../shared/errors.ts'
import { limits } from './limits.ts'
import type { Limits } from './limits.ts'

const chunkBytes = 256 * 1024

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/**
 * Decompresses pieces of a gzip file. `name` is the file that errors name. Throws WorkbenchError 'file-damaged' where
 * it is cut short or its checksum does not hold, 'file-too-large' beyond the limits, and what `pieces` throws.
 */
export async function* gunzip(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  { decodedBytes, ratio, freelyDecodedBytes }: Limits = limits,
): AsyncGenerator<Uint8Array> {
  let packed = 0
  let unpacked = 0
  const copies = async function* () {
    for await (const piece of pieces) {
      packed += piece.length
      yield piece.slice() // the decoder reads ahead, and the piece will be overwritten
    }
  }
  const decoder = createGunzip({ chunkSize: chunkBytes })
  const source = Readable.from(copies())
  pipeline(source, decoder, () => {}) // a failure of the source becomes one of the decoder
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      if (unpacked > decodedBytes)
        throw tooLarge(name, `holds more than ${decodedBytes} bytes, the most that one file may hold`)
      if (unpacked > freelyDecodedBytes && unpacked > ratio * packed)
        throw tooLarge(
          name,
          `grows to more than ${unpacked} bytes from ${packed}: more than ${ratio} times, which files made to fill a disk do`,
        )
      yield chunk
    }
  } catch (error) {
    throw isDecoderError(error) ? damagedGzip(name, error.message) : error
  } finally {
    source.destroy()
    decoder.destroy()
  }
}

/** What the beginning of a gzip file holds, from as many of its first bytes as there are; empty where it is none. */
export function gunzipHead(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return new Uint8Array(0)
  }
}

const isDecoderError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const damagedGzip = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `The gzip file ${name} is damaged: ${reason}.`,
    'Get it again, and compare its size or checksum with those of its origin.',
  )

const tooLarge = (name: string, what: string) =>
  new WorkbenchError(
    'file-too-large',
    `${name} ${what}.`,
    'If you trust it, decompress it and import what it holds.',
  )
