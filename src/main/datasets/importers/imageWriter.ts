/**
 * Writes images.bin and labels.bin. Images arrive in the order of their source, are hashed and laid down as they
 * come; where the source brings no split, one is drawn at the end and the file is put in order, training first.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { imagesFile, labelArray, labelsFile, mostClasses } from '../format.ts'
import type { Content, ImportOptions } from './importer.ts'
import { limits } from './limits.ts'
import { throwIfCancelled } from './source.ts'
import { stratifiedSplit, usualSplit } from './split.ts'

const stagedFile = 'images.staged'
/** Bytes of small images that are collected before they are written. */
const stagedBytes = 2 ** 18
/** Bytes that are moved at once when images are put in order. */
const blockBytes = 4 * 2 ** 20

export interface ImageShape {
  height: number
  width: number
  /** 1 grey; 3 red, green, blue. */
  channels: number
}

export interface ImageWriter {
  /** Takes whole images, (n, height, width, channels), and a value for the class of each: any integers. */
  add(pixels: Uint8Array, values: ArrayLike<number>): Promise<void>
  /**
   * Puts the images in order and flushes them. `train` is how many of them, from the first on, the source names as
   * training images; without it the split is stratified, with the share and the seed of `split`. `nameOf` names the class of a value.
   * Throws WorkbenchError 'too-few-images' where there are no two classes or a split has no image.
   */
  finish(options: {
    train?: number
    nameOf: (value: number) => string
  }): Promise<Extract<Content, { kind: 'images' }>>
  /** Lets go of the files, finished or not. */
  close(): Promise<void>
}

/** Throws WorkbenchError 'unsupported-format' for a shape that is none. `source` is what errors name. */
export async function createImageWriter(
  folder: string,
  { height, width, channels }: ImageShape,
  source: string,
  { signal, split: chosen = {} }: Pick<ImportOptions, 'signal' | 'split'>,
): Promise<ImageWriter> {
  refuseShape({ height, width, channels }, source)
  const imageBytes = height * width * channels
  const staged = path.join(folder, stagedFile)
  const output = await fs.open(staged, 'wx+')
  const hash = createHash('sha256').update(`images ${height} ${width} ${channels}\n`)
  const values: number[] = []
  const block = new Uint8Array(stagedBytes)
  let staging = 0 // bytes of the block that wait to be written
  const flush = async () => {
    await output.writeFile(block.subarray(0, staging))
    staging = 0
  }

  return {
    async add(pixels, added) {
      if (pixels.length !== added.length * imageBytes)
        throw new RangeError(`${added.length} images of ${imageBytes} bytes are not ${pixels.length} bytes.`)
      if (values.length + added.length > limits.images) throw tooMany(source)
      hash.update(pixels)
      for (let index = 0; index < added.length; index++) values.push(added[index]!)
      if (staging + pixels.length > block.length) await flush()
      if (pixels.length > block.length) return output.writeFile(pixels)
      block.set(pixels, staging)
      staging += pixels.length
    },

    async finish({ train, nameOf }) {
      await flush()
      const distinct = [...new Set(values)].sort((a, b) => a - b)
      refuseClasses(distinct.length, source)
      const labelOf = new Map(distinct.map((value, label) => [value, label]))
      const labels = labelArray(
        distinct.length,
        values.map((value) => labelOf.get(value)!),
      )
      const { validation: share = usualSplit.validation, seed = usualSplit.seed } = chosen
      const isValidation =
        train === undefined
          ? stratifiedSplit(labels, distinct.length, { validation: share, seed })
          : Uint8Array.from(labels, (_, index) => Number(index >= train))
      const order = inOrder(isValidation)
      const validation = isValidation.reduce((sum, one) => sum + one, 0)
      refuseEmptySplit(values.length - validation, validation, source)

      const sorted = labels.map((_, index) => labels[order[index]!]!)
      await fs.writeFile(path.join(folder, labelsFile), new Uint8Array(sorted.buffer), { flush: true })
      if (train !== undefined) await output.sync()
      else await reorder(output, path.join(folder, imagesFile), order, imageBytes, { source, signal })
      await output.close()
      if (train !== undefined) await fs.rename(staged, path.join(folder, imagesFile))
      else await fs.rm(staged)

      const classNames = distinct.map(nameOf)
      // the share is named only where it is another than that of earlier versions, whose hashes stay as they are
      const ofShare = share === usualSplit.validation ? '' : ` ${share}`
      const split = train === undefined ? `stratified ${seed}${ofShare}` : `given ${train}`
      hash.update(new Uint8Array(labels.buffer)).update(`\n${JSON.stringify({ classNames, split })}`)
      const perClass = (part: typeof labels) => {
        const counts = new Array<number>(distinct.length).fill(0)
        for (const label of part) counts[label]!++
        return counts
      }
      const trainImages = values.length - validation
      return {
        kind: 'images',
        sha256: hash.digest('hex'),
        bytes: values.length * imageBytes + labels.byteLength,
        train: trainImages,
        validation,
        classes: distinct.length,
        classNames,
        height,
        width,
        channels,
        trainPerClass: perClass(sorted.subarray(0, trainImages)),
        validationPerClass: perClass(sorted.subarray(trainImages)),
        split: train === undefined ? { by: 'class', validation: share, seed } : { by: 'source' },
      }
    },

    close: () => output.close().catch(() => {}),
  }
}

/** The positions of all training images, then those of all validation images, each in the order of the source. */
function inOrder(isValidation: Uint8Array): Uint32Array {
  const order = new Uint32Array(isValidation.length)
  let next = 0
  for (const wanted of [0, 1])
    for (let index = 0; index < isValidation.length; index++)
      if (isValidation[index] === wanted) order[next++] = index
  return order
}

/** Writes the images of `staged` to a new file `target`, the image at `order[k]` as the k-th. Both splits are ascending: the reads are nearly sequential. */
async function reorder(
  staged: fs.FileHandle,
  target: string,
  order: Uint32Array,
  imageBytes: number,
  { source, signal }: { source: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const output = await fs.open(target, 'wx')
  try {
    const perBlock = Math.max(1, Math.floor(blockBytes / imageBytes))
    const block = new Uint8Array(Math.min(perBlock, order.length) * imageBytes)
    for (let first = 0; first < order.length; first += perBlock) {
      throwIfCancelled(signal, source)
      const wanted = order.subarray(first, first + perBlock)
      for (let start = 0; start < wanted.length;) {
        let end = start + 1
        while (end < wanted.length && wanted[end] === wanted[end - 1]! + 1) end++
        const run = block.subarray(start * imageBytes, end * imageBytes)
        await staged.read(run, 0, run.length, wanted[start]! * imageBytes)
        start = end
      }
      await output.writeFile(block.subarray(0, wanted.length * imageBytes))
    }
    await output.sync()
  } finally {
    await output.close()
  }
}

function refuseShape({ height, width, channels }: ImageShape, source: string): void {
  const sides = [height, width]
  if (sides.every((side) => side >= 1 && side <= limits.side) && (channels === 1 || channels === 3)) return
  throw new WorkbenchError(
    'unsupported-format',
    `${source} holds images of ${width} x ${height} pixels and ${channels} ${channels === 1 ? 'channel' : 'channels'}.`,
    `Images may have 1 to ${limits.side} pixels along each side, and 1 channel (grey) or 3 (red, green, blue).`,
  )
}

function refuseClasses(classes: number, source: string): void {
  if (classes < 2)
    throw new WorkbenchError(
      'too-few-images',
      `${source} has ${classes === 0 ? 'no images' : 'images of one class only'}; a classifier needs at least two classes.`,
      'Import images of two classes or more, each with its label.',
    )
  if (classes > mostClasses)
    throw new WorkbenchError(
      'unsupported-format',
      `${source} has ${classes} classes; at most ${mostClasses} can be told apart here.`,
      'Check that its labels are classes and not measurements.',
    )
}

function refuseEmptySplit(train: number, validation: number, source: string): void {
  if (train > 0 && validation > 0) return
  throw new WorkbenchError(
    'too-few-images',
    `${source} has ${train} training and ${validation} validation images; both need at least one.`,
    'Import more images.',
  )
}

const tooMany = (source: string) =>
  new WorkbenchError(
    'file-too-large',
    `${source} has more than ${limits.images} images, the most that one dataset may have.`,
    'Import a part of it.',
  )
