/**
 * An archive unpacked into a folder, where its files have numbers for names: whatever an archive calls them, nothing
 * is written anywhere else, and names that a file system could not hold do no harm.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { limits } from '../limits.ts'
import type { Limits } from '../limits.ts'
import { throwIfCancelled } from '../source.ts'
import type { GivenFile, Work } from '../source.ts'
import type { Member } from './member.ts'

/**
 * Writes all members into `folder` and returns them under the names that they had, below `title`.
 * Throws WorkbenchError 'file-too-large' beyond the limits, 'interrupted', and what the members throw.
 */
export async function unpack(
  members: AsyncIterable<Member>,
  folder: string,
  { archive, title, signal }: { archive: string; title: string } & Pick<Work, 'signal'>,
  { files: mostFiles, decodedBytes, depth }: Limits = limits,
): Promise<GivenFile[]> {
  await fs.mkdir(folder)
  const found: GivenFile[] = []
  let bytes = 0
  for await (const { name, content } of members) {
    throwIfCancelled(signal, archive)
    if (found.length === mostFiles) throw tooMuch(archive, `more than ${mostFiles} files`)
    if (name.split('/').length > depth) throw tooMuch(archive, `folders more than ${depth} deep`)
    const file = path.join(folder, String(found.length))
    await using output = await fs.open(file, 'wx')
    for await (const piece of content) {
      throwIfCancelled(signal, archive)
      bytes += piece.length
      if (bytes > decodedBytes) throw tooMuch(archive, `more than ${decodedBytes} bytes in its files`)
      await output.writeFile(piece)
    }
    found.push({ path: file, name: `${title}/${name}` })
  }
  return found
}

const tooMuch = (archive: string, what: string) =>
  new WorkbenchError(
    'file-too-large',
    `The archive ${archive} has ${what}, the most that is accepted.`,
    'Unpack it and import the part of it that is the dataset.',
  )
