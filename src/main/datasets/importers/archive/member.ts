/** What a file in an archive is, whatever the archive's format; and which names a file in an archive may have. */
import { WorkbenchError } from '../../../../shared/errors.ts'
import { readingError } from '../source.ts'

export interface Member {
  /** As safeName gives it. */
  readonly name: string
  /** Its bytes, to be read before the next member is asked for. A piece may be overwritten by the next. */
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * The name of a file in an archive as "train/cat/1.png", without empty parts and ".". Nothing is ever written under
 * it, but a name that leads out of its folder says that the archive was made to do harm.
 * Throws WorkbenchError 'unsafe-archive' for names that are absolute, begin with a drive, or hold "..".
 */
export function safeName(name: string, archive: string): string {
  const parts = name.split(/[/\\]/)
  const problem =
    (/^[/\\]/.test(name) && 'is an absolute path') ||
    (/^[a-z]:/i.test(name) && 'names a drive') ||
    (parts.includes('..') && 'leads out of its folder')
  if (problem)
    throw unsafe(archive, `the name of a file in it, ${JSON.stringify(shortened(name))}, ${problem}`)
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}

export const linkRefused = (archive: string, name: string) =>
  unsafe(archive, `${JSON.stringify(shortened(name))} in it is a link or a device and no file`)

export const damagedArchive = (archive: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `The archive ${archive} is damaged: ${reason}.`,
    'Get it again, and compare its size or checksum with those of its origin.',
  )

/** `error` of a library that reads archives as one about `archive`; errors of ours stay as they are. */
export function archiveError(error: unknown, archive: string): unknown {
  if (!(error instanceof Error) || error instanceof WorkbenchError) return error
  if ('syscall' in error) return readingError(error, archive)
  return damagedArchive(archive, error.message.replace(/\.$/, ''))
}

/** The bytes of a file in `archive`, whose errors are about the archive. */
export async function* guarded(content: AsyncIterable<unknown>, archive: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of content) yield piece as Uint8Array
  } catch (error) {
    throw archiveError(error, archive)
  }
}

const unsafe = (archive: string, reason: string) =>
  new WorkbenchError(
    'unsafe-archive',
    `The archive ${archive} is refused: ${reason}.`,
    'If you trust it, unpack it and import the folder.',
  )

const shortened = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name)
