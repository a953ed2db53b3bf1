/** Files in a tar archive, compressed with gzip or not, as tar-stream finds them. */
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import type { GivenFile, Work } from '../source.ts'
import { readContent } from '../source.ts'
import { archiveError, damagedArchive, guarded, linkRefused, safeName } from './member.ts'
import type { Member } from './member.ts'

const magic = new TextEncoder().encode('ustar')
const magicAt = 257
/** A tar archive is made of such blocks, and whole ones only. */
const blockBytes = 512
/** Its end is marked by two blocks of zeros (POSIX.1, pax interchange format): without them it may have been cut short. */
const endBytes = 2 * blockBytes

/** POSIX's and GNU's tar alike; the archives of before 1988 have no magic. */
export const isTar = (head: Uint8Array): boolean =>
  head.length >= blockBytes && magic.every((byte, index) => head[magicAt + index] === byte)

/**
 * Throws WorkbenchError 'file-damaged' where the archive is cut short or broken, 'unsafe-archive' for links, devices
 * and names that are refused, and what readContent throws.
 */
export async function* readTar(file: GivenFile, work: Work): AsyncGenerator<Member> {
  let bytes = 0
  /** How many zeros it ends with, of those that count. */
  let zeros = 0
  const copies = async function* () {
    for await (const piece of readContent(file, work)) {
      bytes += piece.length
      const own = zerosAtEnd(piece)
      zeros = own === piece.length ? zeros + own : own
      yield piece.slice() // the parser reads ahead, and the piece will be overwritten
    }
  }
  const source = Readable.from(copies())
  const archive = extract()
  // Its streams are not Node's own, so the failure of one is handed to the other here.
  source.on('error', (error) => archive.destroy(error))
  source.pipe(archive)
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header
      if (type === 'file' || type === 'contiguous-file')
        yield { name: safeName(name, file.name), content: guarded(entry, file.name) }
      else if (type !== 'directory') throw linkRefused(file.name, name)
      entry.resume()
    }
    if (bytes % blockBytes !== 0) throw damagedArchive(file.name, 'it ends within a block')
    if (zeros < endBytes) throw damagedArchive(file.name, 'the mark of its end is missing')
  } catch (error) {
    throw archiveError(error, file.name)
  } finally {
    source.destroy()
    archive.destroy()
  }
}

function zerosAtEnd(piece: Uint8Array): number {
  const last = piece.findLastIndex((byte) => byte !== 0)
  return piece.length - 1 - last
}
