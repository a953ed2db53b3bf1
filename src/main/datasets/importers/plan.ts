/**
 * What the files that were given would become: every importer is asked in turn for what it recognises by content,
 * and what nobody claims is read as text where it is text. To add a format, write its Importer and name it here.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { archiveImporter } from './archive/index.ts'
import { gunzipHead, isGzip } from './gzip.ts'
import { cifarImporter } from './cifar/index.ts'
import { classFolderImporter } from './classFolders/index.ts'
import { idxImporter } from './idx/index.ts'
import { inOrder } from './inOrder.ts'
import { refusedPlan } from './importer.ts'
import type { Candidate, Importer, ImportPlan } from './importer.ts'
import { limits } from './limits.ts'
import { npyImporter } from './npy/index.ts'
import { folderTexts, givenOf, sayingWhatIsLeftOut } from './folders.ts'
import { readingError } from './source.ts'
import type { GivenFile } from './source.ts'
import { tableImporter } from './tables/index.ts'
import { textFile } from './text/plainText.ts'
import { textPlan } from './text/plan.ts'

/** Image files go first, by their names: a later importer opens every file that is left. */
const ofFiles: readonly Importer[] = [
  ...[classFolderImporter, cifarImporter, npyImporter, idxImporter],
  tableImporter,
]
const importers: readonly Importer[] = [...ofFiles, archiveImporter((given) => planBy(ofFiles, given))]

const headBytes = 4096
/** Files that the system is asked about at once. */
const filesAtOnce = 64

/** One plan for each dataset that the given files and folders would become, in the order in which they were given. */
export const planImports = (given: readonly GivenFile[]): Promise<ImportPlan[]> => planBy(importers, given)

async function planBy(importers: readonly Importer[], given: readonly GivenFile[]): Promise<ImportPlan[]> {
  const files = (await Promise.all(given.map(candidates))).flat()
  const plans: ImportPlan[] = []
  let left: readonly Candidate[] = files
  for (const importer of importers) {
    const found = await importer.plans(left)
    plans.push(...found)
    const claimed = new Set(found.flatMap((plan) => plan.files))
    left = left.filter((file) => !claimed.has(file))
  }
  const isGiven = (file: Candidate) => file.path === file.given.path
  plans.push(...left.filter(isGiven).map(plainTextPlan))
  plans.push(...(await folderTexts(left, plans)))
  const good = new Set(plans.filter(({ refusal }) => !refusal).flatMap(givenOf))
  // A picture beside a dataset is no dataset that failed.
  const wanted = plans
    .filter((plan) => !plan.refusal || !givenOf(plan).some((one) => good.has(one)))
    .map((plan, _, all) => sayingWhatIsLeftOut(plan, all, files))
  const claimed = new Set(wanted.flatMap(givenOf))
  const unknown = given.filter((one) => !claimed.has(one)).map(unknownFolder)
  const positions = new Map(given.map((one, index) => [one, index]))
  const position = (plan: ImportPlan) =>
    plan.files.reduce((first, file) => Math.min(first, positions.get(file.given)!), Infinity)
  return [...wanted, ...unknown].sort((a, b) => position(a) - position(b))
}

const plainTextPlan = (file: Candidate): ImportPlan =>
  textPlan({ format: 'text', name: path.parse(file.name).name, files: [file], source: textFile(file) })

/** The files that `given` stands for: itself, or everything below it where it is a folder. */
async function candidates(given: GivenFile): Promise<Candidate[]> {
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
function candidate(file: GivenFile, given: GivenFile, size: number | undefined): Candidate {
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

function unknownFolder(given: GivenFile): ImportPlan {
  return refusedPlan(
    {
      format: 'folder',
      kind: 'images',
      name: path.basename(given.name),
      files: [candidate(given, given, undefined)],
    },
    new WorkbenchError(
      'not-a-file',
      `${given.name} is a folder in which there is no dataset that is known here.`,
      'Import texts, tables with texts, a folder with a folder of images for each class, or images and labels as IDX, CIFAR or numpy have them.',
    ),
  )
}

const tooMuch = (given: GivenFile, what: string) =>
  new WorkbenchError(
    'file-too-large',
    `${given.name} has ${what}.`,
    'Import the part of it that is the dataset.',
  )
