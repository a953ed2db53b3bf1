/**
 * zip, tar and tar.gz archives that hold what a folder may hold, one dataset each; and a Parquet file that was compressed
 * once more, as an archive of one. An archive is unpacked into the
 * temporary folder of its import, and what it holds is then planned and written like files that were given.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { DatasetKind } from '../../../../shared/experiment.ts'
import type { Candidate, Content, Importer, ImportOptions, ImportPlan } from '../importer.ts'
import { readContent } from '../source.ts'
import type { GivenFile, Work } from '../source.ts'
import { isParquet } from '../tables/parquet/index.ts'
import type { Member } from './member.ts'
import { isTar, readTar } from './tar.ts'
import { unpack } from './unpack.ts'
import { isZip, readZip } from './zip.ts'

/** So much of an archive says what it seems to hold. */
const lookedAtFiles = 100
const lookedAtBytes = 2 ** 22
const textName = /\.(txt|text|md|csv|tsv|jsonl?|log|tex|html?|xml|[ch]|cpp|py|js|ts|rs|go|java)(\.gz)?$/i

interface Format {
  name: string
  /** Where it need not be guessed. */
  kind?: DatasetKind
  read(file: GivenFile, work: Work): AsyncIterable<Member>
}

/** `planWithin` plans files that are no archives: an archive within an archive is left as it is. */
export const archiveImporter = (
  planWithin: (given: readonly GivenFile[]) => Promise<ImportPlan[]>,
): Importer => ({
  async plans(files) {
    const given = files.filter((file) => file.path === file.given.path)
    const plans: ImportPlan[] = []
    for (const file of given) {
      const format = formatOf(await file.head())
      if (!format) continue
      plans.push({
        format: format.name,
        kind: format.kind ?? (await guessKind(format, file)),
        name: titleOf(file),
        files: [file],
        write: (folder, options) => write(format, file, folder, options, planWithin),
      })
    }
    return plans
  },
})

function formatOf(head: Uint8Array): Format | undefined {
  if (isZip(head)) return { name: 'zip archive', read: readZip }
  if (isParquet(head)) return compressedParquet // what is not compressed is a table, see ../tables
  return isTar(head) ? { name: 'tar archive', read: readTar } : undefined
}

const compressedParquet: Format = {
  name: 'Parquet, compressed with gzip',
  kind: 'text', // images are as small as they get: nobody compresses them twice
  async *read(file, work) {
    yield { name: path.basename(file.name).replace(/\.gz$/i, ''), content: readContent(file, work) }
  },
}

/** Without the extension, and without ".tar" or ".parquet" before it. */
const titleOf = ({ name }: GivenFile) =>
  path.parse(path.parse(name).name.replace(/\.(tar|parquet)$/i, '')).base

/** By the names at its beginning. What cannot be read here is told when it is imported. */
async function guessKind(format: Format, file: GivenFile): Promise<DatasetKind> {
  const enough = new AbortController()
  const work = {
    signal: enough.signal,
    onBytes: (bytes: number) => void (bytes > lookedAtBytes && enough.abort()),
  }
  let count = 0
  let texts = 0
  try {
    for await (const { name } of format.read(file, work)) {
      if (textName.test(name)) texts++
      if (++count === lookedAtFiles) break
    }
  } catch {
    // as far as it could be read
  }
  return texts > count / 2 ? 'text' : 'images'
}

async function write(
  format: Format,
  file: Candidate,
  folder: string,
  options: ImportOptions,
  planWithin: (given: readonly GivenFile[]) => Promise<ImportPlan[]>,
): Promise<Content> {
  const { onProgress, signal } = options
  const unpacked = path.join(folder, 'unpacked')
  const title = titleOf(file)
  // Unpacking is half of the work, and so is the import of what comes out.
  const work = { signal, onBytes: (bytes: number) => onProgress?.(bytes / 2, file.size) }
  const members = await unpack(format.read(file, work), unpacked, { archive: file.name, title, signal })
  if (members.length === 0)
    throw new WorkbenchError(
      'file-empty',
      `The archive ${file.name} holds no files.`,
      'Import one that does.',
    )
  const single = members.length === 1 ? members[0] : undefined
  const plan = theOnly(await planWithin([single ?? { path: unpacked, name: title, members }]), file.name)
  const content = await plan.write(folder, {
    ...options,
    onProgress: (bytes, total) => onProgress?.((file.size * (1 + bytes / Math.max(1, total))) / 2, file.size),
  })
  await fs.rm(unpacked, { recursive: true })
  return content
}

function theOnly(plans: ImportPlan[], archive: string): ImportPlan {
  const [plan, ...others] = plans
  if (plan && others.length === 0) return plan
  throw new WorkbenchError(
    'unsupported-format',
    `The archive ${archive} holds ${plans.length} datasets: ${plans.map(({ name }) => JSON.stringify(name)).join(', ')}.`,
    'Unpack it and import them one by one.',
  )
}
