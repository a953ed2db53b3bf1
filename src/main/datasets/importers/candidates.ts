/** The files that a person gave, and those in the folders that they gave: looked for here, opened by who wants them. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { gunzipHead, isGzip } from './gzip.ts'
import type { Candidate } from './importer.ts'
import { inOrder } from './inOrder.ts'
import { limits } from './limits.ts'
import { readingError } from './source.ts'
import type { GivenFile } from './source.ts'

const headBytes = 4096
/** Files that the system is asked about at once. */
const filesAtOnce = 64

/** The files that `given` stands for: itself, or everything below it where it is a folder. */
export async function candidates(given: GivenFile): Promise<Candidate[]> {
  if (given.members)
    return (await Promise.all(given.members.filter(isVisible).map((file) => single(file, given)))).flat()
  const found = await fs.stat(given.path).catch(() => undefined)
  if (!found?.isDirectory()) return [candidate(given, given, found?.isFile() ? found.size : undefined)]
  const files: Candidate[] = []
  await walk(given, given, files, 1)
  return files
}

async function single(file: GivenFile, given: GivenFile): Promise<Candidate[]> {
  const found = await fs.stat(file.path).catch(() => undefined)
  return found?.isFile() ? [candidate(file, given, found.size)] : []
}

/** Of uploaded files, what walk would have found on a disk. */
const isVisible = ({ name }: GivenFile) => !name.split('/').some((part) => part.startsWith('.'))

/** Files whose name begins with a dot are none of the person's; links to folders are not followed, so there is an end. */
async function walk(folder: GivenFile, given: GivenFile, files: Candidate[], depth: number): Promise<void> {
  if (depth > limits.depth) throw tooMuch(given, `folders more than ${limits.depth} deep`)
  const entries = await fs.readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
    throw readingError(error, folder.name)
  })
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const visible = entries.filter(({ name }) => !name.startsWith('.'))
  const looked = inOrder(visible, filesAtOnce, async (entry) => {
    if (entry.isDirectory()) return undefined
    return fs.stat(path.join(folder.path, entry.name)).catch(() => undefined)
  })
  for await (const [entry, found] of looked) {
    const own = { path: path.join(folder.path, entry.name), name: path.join(folder.name, entry.name) }
    if (entry.isDirectory()) await walk(own, given, files, depth + 1)
    else if (found?.isFile()) files.push(candidate(own, given, found.size))
    if (files.length > limits.files) throw tooMuch(given, `more than ${limits.files} files`)
  }
}

/** `size` is undefined for what is no regular file, which is not opened: a pipe would wait for its writer. */
export function candidate(file: GivenFile, given: GivenFile, size: number | undefined): Candidate {
  let head: Promise<Uint8Array> | undefined
  return {
    ...file,
    given,
    size: size ?? 0,
    head: () => (head ??= size ? readHead(file.path) : Promise.resolve(new Uint8Array(0))),
  }
}

/** What cannot be read here is told when it is imported. */
async function readHead(file: string): Promise<Uint8Array> {
  try {
    await using handle = await fs.open(file, 'r')
    const buffer = new Uint8Array(headBytes)
    const head = buffer.subarray(0, (await handle.read(buffer, 0, headBytes, 0)).bytesRead)
    return isGzip(head) ? gunzipHead(head) : head
  } catch {
    return new Uint8Array(0)
  }
}

const tooMuch = (given: GivenFile, what: string) =>
  new WorkbenchError(
    'file-too-large',
    `${given.name} has ${what}.`,
    'Import the part of it that is the dataset.',
  )
