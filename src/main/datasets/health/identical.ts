/** Images that are the same pixel by pixel, found by their hashes: in both splits, in one twice, with two labels. */
import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { IdenticalImages } from '../../../shared/health.ts'
import type { ImageReader } from '../images.ts'

/** Images that are examined at most, of both splits in their proportion: some 100 bytes each are remembered. */
const mostImages = 2_000_000
/** Bytes of pixels that are read at once. */
const blockBytes = 4 * 2 ** 20
const mostExamples = 12
/** Images of an example. */
const shownTogether = 4

type Split = 'train' | 'validation'
type Splits = Readonly<
  Record<Split, Pick<ImageReader, 'length' | 'height' | 'width' | 'channels' | 'read' | 'labels'>>
>
/** All images of one content that were seen: the first ones by name, all by number. */
interface Group {
  train: number
  validation: number
  label: number
  hasSeveralLabels: boolean
  members: IdenticalImages['examples'][number]
}

/** `most` is how many images are examined, from the beginning of each split. */
export async function findIdentical(splits: Splits, most = mostImages): Promise<IdenticalImages> {
  const total = splits.train.length + splits.validation.length
  const examinedOf = (split: Split) =>
    total <= most ? splits[split].length : Math.floor((most * splits[split].length) / total)
  const groups = new Map<string, Group>()
  let constant = 0

  for (const split of ['train', 'validation'] as const) {
    const reader = splits[split]
    const imageBytes = reader.height * reader.width * reader.channels
    const examined = examinedOf(split)
    const perBlock = Math.max(1, Math.floor(blockBytes / imageBytes))
    for (let first = 0; first < examined; first += perBlock) {
      const indices = Int32Array.from({ length: Math.min(perBlock, examined - first) }, (_, at) => first + at)
      const pixels = new Uint8Array(indices.length * imageBytes)
      reader.read(indices, pixels)
      const labels = reader.labels(indices)
      for (let at = 0; at < indices.length; at++) {
        const image = pixels.subarray(at * imageBytes, (at + 1) * imageBytes)
        if (isConstant(image, reader.channels)) constant++
        add(groups, image, { split, index: first + at, label: labels[at]! })
      }
      await setImmediate()
    }
  }

  const several = [...groups.values()].filter(({ train, validation }) => train + validation > 1)
  const sum = (value: (group: Group) => number) => several.reduce((all, group) => all + value(group), 0)
  const interest = (group: Group) =>
    2 * Number(group.hasSeveralLabels) + Number(group.train > 0 && group.validation > 0)
  return {
    examined: examinedOf('train') + examinedOf('validation'),
    examinedValidation: examinedOf('validation'),
    acrossSplits: sum(({ train, validation }) => (train > 0 ? validation : 0)),
    withinTrain: sum(({ train }) => Math.max(0, train - 1)),
    withinValidation: sum(({ validation }) => Math.max(0, validation - 1)),
    conflicting: sum((group) => (group.hasSeveralLabels ? group.train + group.validation : 0)),
    constant,
    examples: several
      .toSorted((a, b) => interest(b) - interest(a))
      .slice(0, mostExamples)
      .map(({ members }) => members),
  }
}

function add(groups: Map<string, Group>, image: Uint8Array, member: Group['members'][number]): void {
  const key = hash('sha256', image, 'base64')
  let group = groups.get(key)
  if (!group) {
    group = { train: 0, validation: 0, label: member.label, hasSeveralLabels: false, members: [] }
    groups.set(key, group)
  }
  group[member.split]++
  group.hasSeveralLabels ||= member.label !== group.label
  // Of each split and of each label one is worth more than another of the same.
  const isNew = !group.members.some(({ split, label }) => split === member.split && label === member.label)
  if (group.members.length < 2 || (isNew && group.members.length < shownTogether)) group.members.push(member)
}

/** Whether every pixel is the same. */
function isConstant(image: Uint8Array, channels: number): boolean {
  for (let index = channels; index < image.length; index++)
    if (image[index] !== image[index - channels]) return false
  return true
}
