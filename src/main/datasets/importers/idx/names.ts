/**
 * Which IDX files belong together, by their names: "train-images-idx3-ubyte.gz" and "train-labels.idx1-ubyte" have
 * the stem "train"; files of one stem are a pair, and pairs whose stems differ in "train" and "t10k" or "test" only
 * are the two parts of one dataset.
 */
import path from 'node:path'

const extension = /\.gz$/i
const kindWords = /(^|[-_. ])(images?|labels?|idx\d?|ubyte)(?=$|[-_. ])/gi
const trainWord = /(^|[-_. ])(train|training)(?=$|[-_. ])/i
const testWord = /(^|[-_. ])(t10k|test|testing|val|valid|validation)(?=$|[-_. ])/i
const separators = /^[-_. ]+|[-_. ]+$/g

export const looksLikeIdx = (name: string): boolean => /idx[13]-ubyte(\.gz)?$/i.test(name)
export const namesLabels = (name: string): boolean => /labels?|idx1/i.test(path.basename(name))

interface Named {
  readonly name: string
}
export interface IdxPair<File> {
  images?: File
  labels?: File
}
export interface IdxGroup<File> {
  name: string
  /** Where the source brings a split, the training pair is the first of two. */
  pairs: IdxPair<File>[]
  hasSplit: boolean
}

/** "MNIST/raw/train-images-idx3-ubyte.gz" -> "MNIST/raw/train". */
export function stemOf(name: string): string {
  const { dir, base } = path.posix.parse(name.replaceAll('\\', '/'))
  const stem = base.replace(extension, '').replace(kindWords, '').replace(separators, '')
  return dir ? `${dir}/${stem}` : stem
}

/** Every file is in exactly one group; a pair lacks what was not there. */
export function groupByName<File extends Named>(
  images: readonly File[],
  labels: readonly File[],
): IdxGroup<File>[] {
  // Two files alone are meant for each other, whatever they are called.
  if (images.length === 1 && labels.length === 1)
    return [
      {
        name: title(stemOf(images[0]!.name)),
        pairs: [{ images: images[0]!, labels: labels[0]! }],
        hasSplit: false,
      },
    ]

  const pairs = new Map<string, IdxPair<File>[]>()
  const add = (key: 'images' | 'labels', file: File) => {
    const ofStem = pairs.get(stemOf(file.name)) ?? []
    const incomplete = ofStem.find((pair) => pair[key] === undefined)
    if (incomplete) incomplete[key] = file
    else pairs.set(stemOf(file.name), [...ofStem, { [key]: file }])
  }
  images.forEach((file) => add('images', file))
  labels.forEach((file) => add('labels', file))

  const testOf = parts(pairs)
  const tests = new Set(testOf.values())
  return [...pairs].flatMap(([stem, ofStem]): IdxGroup<File>[] => {
    if (tests.has(stem)) return []
    const test = testOf.get(stem)
    if (test === undefined)
      return ofStem.map((pair) => ({ name: title(stem), pairs: [pair], hasSplit: false }))
    const both = [ofStem[0]!, pairs.get(test)![0]!]
    return [{ name: title(withoutWord(stem, trainWord)), pairs: both, hasSplit: true }]
  })
}

/** Training stems to the test stems that belong to them, where each names one pair; a stem with both words is neither. */
function parts(pairs: ReadonlyMap<string, readonly unknown[]>): Map<string, string> {
  const single = [...pairs].filter(([, ofStem]) => ofStem.length === 1).map(([stem]) => stem)
  const named = (word: RegExp, other: RegExp) =>
    single.filter((stem) => word.test(path.posix.basename(stem)) && !other.test(path.posix.basename(stem)))
  const found = new Map<string, string>()
  for (const train of named(trainWord, testWord)) {
    const test = named(testWord, trainWord).find(
      (stem) => withoutWord(stem, testWord) === withoutWord(train, trainWord),
    )
    if (test !== undefined && ![...found.values()].includes(test)) found.set(train, test)
  }
  return found
}

function withoutWord(stem: string, word: RegExp): string {
  const { dir, base } = path.posix.parse(stem)
  return `${dir}/${base.replace(word, '').replace(separators, '')}`
}

/** The last word that says something: "emnist-letters", or the folder where the files have only a role. */
const title = (stem: string) => stem.split('/').findLast((part) => part !== '') ?? 'images'
