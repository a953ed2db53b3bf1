/**
 * Folders of image files as a dataset: PNG, JPEG, WebP, GIF, BMP, TIFF and AVIF. Which image is of which class is told
 * by tree.ts, what size they become by size.ts. Every file is looked at twice: first at its header, for size and
 * colour, then decoded, both in threads. Files that cannot be decoded are left out and listed.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { NamedFile } from '../../decoding/messages.ts'
import { openImageThreads } from '../../decoding/threads.ts'
import type { ImageThreads } from '../../decoding/threads.ts'
import type { ImageInformation } from '../../imageHeader.ts'
import { displayName } from '../../names.ts'
import { counted, refuseUnreadable, scalingNote, unreadableNote } from '../encodedImages.ts'
import { createImageWriter } from '../imageWriter.ts'
import { refusedPlan } from '../importer.ts'
import type { Candidate, Content, ImportOptions, Importer } from '../importer.ts'
import { inOrder } from '../inOrder.ts'
import { throwIfCancelled } from '../source.ts'
import { originalSizes } from './originals.ts'
import { chooseShape } from './size.ts'
import { sortImages } from './tree.ts'
import type { ImageTree, Member } from './tree.ts'

const extensions: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.gif',
  '.bmp',
  '.dib',
  '.tif',
  '.tiff',
  '.avif',
])
export const isImageName = (name: string): boolean => extensions.has(path.extname(name).toLowerCase())
/** What a thread is asked at once at most: many small files, or one photograph. */
const filesPerBatch = 64
const bytesPerBatch = 4 * 2 ** 20
/** Share of the progress that is for the headers. */
const headerShare = 0.2

export const classFolderImporter: Importer = {
  async plans(files) {
    // By name: opening tens of thousands of files would take seconds, and each is looked at when it is decoded.
    const images = files.filter(({ name }) => isImageName(name))
    return sortImages(images).map((tree) => {
      const plan = { format: 'class folders', kind: 'images', name: tree.name, files: filesOf(tree) } as const
      const classes = new Set(tree.train.map(({ className }) => className))
      if (classes.size < 2) return refusedPlan(plan, noClasses(tree, classes.size))
      return { ...plan, write: (folder, options) => write(tree, folder, options) }
    })
  },
}

const filesOf = ({ train, validation, leftOut }: ImageTree<Candidate>) => [
  ...[...train, ...(validation ?? [])].map(({ file }) => file),
  ...leftOut,
]

/** An image whose header could be read. */
interface Looked {
  member: Member<Candidate>
  information: ImageInformation
}

async function write(tree: ImageTree<Candidate>, folder: string, options: ImportOptions): Promise<Content> {
  const members = [...tree.train, ...(tree.validation ?? [])]
  const classNames = [...new Set(members.map(({ className }) => className))].sort()
  const valueOf = new Map(classNames.map((name, value) => [name, value]))
  const bytes = members.reduce((sum, { file }) => sum + file.size, 0)
  const unreadable: WorkbenchError[] = []

  await using threads = openImageThreads()
  const report = progressOf(options, bytes, 0, headerShare)
  const looked = await lookAtAll(threads, members, { unreadable, options, report })
  refuseUnreadable(tree.name, members.length, unreadable)
  const headers = looked.map(({ information }) => information)
  const shape = chooseShape(headers, options.imageSize)
  const writer = await createImageWriter(folder, shape, tree.name, options)
  try {
    const trainFiles = new Set(tree.train)
    let train = 0
    let done = 0
    const report = progressOf(options, bytes, headerShare, 1 - headerShare)
    const decoded = inOrder(batches(looked), threads.atOnce, (batch) =>
      threads.decode(
        batch.map(({ member }) => named(member)),
        shape,
      ),
    )
    for await (const [batch, { pixels, errors }] of decoded) {
      throwIfCancelled(options.signal, tree.name)
      unreadable.push(...errors.filter((error) => error !== null))
      const good = batch.filter((_, index) => errors[index] === null).map(({ member }) => member)
      await writer.add(
        pixels,
        good.map(({ className }) => valueOf.get(className)!),
      )
      train += good.filter((member) => trainFiles.has(member)).length
      report((done += batch.length) / looked.length)
    }
    refuseUnreadable(tree.name, members.length, unreadable)
    const content = await writer.finish({
      ...(tree.validation && { train }),
      nameOf: (value) => displayName(classNames[value]),
    })
    const notes = [...scalingNote(headers, shape), ...unreadableNote(unreadable), ...leftOutNote(tree)]
    return { ...content, originals: originalSizes(headers, shape), ...(notes.length > 0 && { notes }) }
  } finally {
    await writer.close()
  }
}

async function lookAtAll(
  threads: ImageThreads,
  members: readonly Member<Candidate>[],
  work: { unreadable: WorkbenchError[]; options: ImportOptions; report: (share: number) => void },
): Promise<Looked[]> {
  const found: Looked[] = []
  let done = 0
  const all = inOrder(batches(members.map((member) => ({ member }))), threads.atOnce, (batch) =>
    threads.look(batch.map(({ member }) => named(member))),
  )
  for await (const [batch, information] of all) {
    throwIfCancelled(work.options.signal, batch[0]!.member.file.name)
    batch.forEach(({ member }, index) => {
      const own = information[index]!
      if (own instanceof WorkbenchError) work.unreadable.push(own)
      else found.push({ member, information: own })
    })
    work.report((done += batch.length) / members.length)
  }
  return found
}

/** In their order, as many files together as one question to a thread is worth. */
function* batches<Placed extends { member: Member<Candidate> }>(all: readonly Placed[]): Generator<Placed[]> {
  let batch: Placed[] = []
  let bytes = 0
  for (const one of all) {
    batch.push(one)
    bytes += one.member.file.size
    if (batch.length < filesPerBatch && bytes < bytesPerBatch) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

const named = (member: Member<Candidate>): NamedFile => ({ path: member.file.path, name: shortName(member) })

/** What a note calls a file: notes stay with the dataset, wherever it is taken. */
const shortName = ({ file, className }: Member<Candidate>) => `${className}/${path.basename(file.name)}`

/** Tells how much of one part of the work is done, in bytes of all files. */
const progressOf =
  ({ onProgress }: ImportOptions, bytes: number, from: number, share: number) =>
  (done: number) =>
    onProgress?.(Math.round(bytes * (from + share * done)), bytes)

function leftOutNote({ leftOut, validation }: ImageTree<Candidate>): string[] {
  if (leftOut.length === 0) return []
  const where = validation ? 'in no class folder of the training or validation part' : 'in no class folder'
  return [`${counted(leftOut.length, 'image')} left out: ${where}.`]
}

function noClasses({ name, train, leftOut }: ImageTree<Candidate>, classes: number): WorkbenchError {
  const found = train.length + leftOut.length
  const only = train[0]?.className
  return new WorkbenchError(
    'too-few-images',
    classes === 0
      ? `${name} has ${found} image${found === 1 ? '' : 's'} and no folders that name their classes.`
      : `${name} has one class folder, "${only}"; a classifier needs at least two.`,
    'Import a folder that holds one folder of images for each class: did you drop one of these, or a folder above?',
  )
}
