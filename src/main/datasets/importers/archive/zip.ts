/** Files in a zip archive, as its central directory names them, read by yauzl. Checksums are ours: yauzl has none. */
import { crc32 } from 'node:zlib'
import { getFileNameLowLevel, openPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { limits } from '../limits.ts'
import type { Limits } from '../limits.ts'
import { throwIfCancelled } from '../source.ts'
import type { GivenFile, Work } from '../source.ts'
import { archiveError, damagedArchive, guarded, linkRefused, safeName } from './member.ts'
import type { Member } from './member.ts'

/** A local file header, or the end of an archive without files. */
export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 &&
  head[1] === 0x4b &&
  ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6))

const stored = 0
const deflated = 8
/** The file type in the mode that Unix programs keep: none where another system made the archive. */
const modeOf = (entry: Entry) => (entry.externalFileAttributes >>> 16) & 0o170000
const symbolicLink = 0o120000

/**
 * Throws WorkbenchError 'file-damaged' where the archive is cut short, contradicts itself or has a wrong checksum,
 * 'unsafe-archive' for links and names that are refused, 'unsupported-format' for encryption and rare compression,
 * 'file-too-large' where one file promises more than the limits, and 'interrupted'.
 */
export async function* readZip(
  file: GivenFile,
  { onBytes, signal }: Work,
  { decodedBytes, ratio, freelyDecodedBytes }: Limits = limits,
): AsyncGenerator<Member> {
  try {
    const archive = await openPromise(file.path, { decodeStrings: false, autoClose: false })
    try {
      let packed = 0
      let unpacked = 0
      for await (const entry of archive.eachEntry()) {
        throwIfCancelled(signal, file.name)
        const name = nameOf(entry)
        if (name.endsWith('/')) continue
        if (modeOf(entry) === symbolicLink) throw linkRefused(file.name, name)
        refuseKind(entry, name, file.name)
        const before = packed
        packed += entry.compressedSize
        unpacked += entry.uncompressedSize
        // What it promises is what it holds: yauzl ends where more comes out.
        if (unpacked > decodedBytes || (unpacked > freelyDecodedBytes && unpacked > ratio * packed))
          throw new WorkbenchError(
            'file-too-large',
            `The archive ${file.name} would grow to ${unpacked} bytes or more from ${packed}; accepted are ${decodedBytes} bytes, and from ${freelyDecodedBytes} on ${ratio} times.`,
            'If you trust it, unpack it and import the folder.',
          )
        const safe = safeName(name, file.name)
        yield {
          name: safe,
          content: guarded(
            contentOf(archive, entry, file.name, (share) => onBytes?.(before + share * entry.compressedSize)),
            file.name,
          ),
        }
        onBytes?.(packed)
      }
    } finally {
      archive.close()
    }
  } catch (error) {
    throw archiveError(error, file.name)
  }
}

const nameOf = (entry: Entry): string =>
  getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileName as unknown as Buffer, // with decodeStrings: false
    entry.extraFields,
    true,
  )

function refuseKind(entry: Entry, name: string, archive: string): void {
  const { compressionMethod: method } = entry
  const problem =
    (entry.isEncrypted() && 'is encrypted') ||
    (![stored, deflated].includes(method) && `is compressed by method ${method}`)
  if (!problem) return
  throw new WorkbenchError(
    'unsupported-format',
    `${JSON.stringify(name)} in the archive ${archive} ${problem}.`,
    'Unpack it and import the folder.',
  )
}

/** Opened when it is asked for: a stream that nobody reads would fail where nobody hears it. */
async function* contentOf(
  archive: ZipFile,
  entry: Entry,
  name: string,
  onShare: (share: number) => void,
): AsyncGenerator<Uint8Array> {
  const content = await archive.openReadStreamPromise(entry)
  content.on('error', () => {}) // also after somebody has stopped reading
  let checksum = 0
  let bytes = 0
  for await (const piece of content as AsyncIterable<Buffer>) {
    checksum = crc32(piece, checksum)
    yield piece
    bytes += piece.length
    onShare(bytes / entry.uncompressedSize)
  }
  if (checksum !== entry.crc32) throw damagedArchive(name, 'the checksum of a file in it is wrong')
}
