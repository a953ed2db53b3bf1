/** Which files are the binary version of CIFAR-10 or CIFAR-100, by their names, and which of them belong together. */
import path from 'node:path'

/** https://www.cs.toronto.edu/~kriz/cifar.html: the bytes before the pixels of an image, and its classes. */
export interface CifarKind {
  name: 'CIFAR-10' | 'CIFAR-100'
  train: RegExp
  test: RegExp
  /** The file that names the classes, one a line. */
  classNames: string
  /** Other files that come with it, which say nothing that is kept. */
  others: readonly string[]
  /** Of CIFAR-100 the first label is that of a superclass, and the last the one that is kept. */
  labelBytes: number
  classes: number
}

export const kinds: readonly CifarKind[] = [
  {
    name: 'CIFAR-10',
    train: /^data_batch_\d+\.bin$/i,
    test: /^test_batch\.bin$/i,
    classNames: 'batches.meta.txt',
    others: ['readme.html'],
    labelBytes: 1,
    classes: 10,
  },
  {
    name: 'CIFAR-100',
    train: /^train\.bin$/i,
    test: /^test\.bin$/i,
    classNames: 'fine_label_names.txt',
    others: ['coarse_label_names.txt'],
    labelBytes: 2,
    classes: 100,
  },
]

export interface CifarGroup<File> {
  kind: CifarKind
  /** In the order of their numbers. */
  train: File[]
  test: File[]
  classNames: File | undefined
  others: File[]
}

/** One group for each folder that holds batches of a kind. */
export function groupBatches<File extends { readonly name: string }>(
  files: readonly File[],
): CifarGroup<File>[] {
  const byFolder = Map.groupBy(files, ({ name }) => path.dirname(name))
  return [...byFolder.values()].flatMap((own) =>
    kinds.flatMap((kind) => {
      const named = (word: RegExp) => own.filter(({ name }) => word.test(path.basename(name))).sort(byNumber)
      const called = (wanted: string) =>
        own.filter(({ name }) => path.basename(name).toLowerCase() === wanted)
      const group = {
        kind,
        train: named(kind.train),
        test: named(kind.test),
        classNames: called(kind.classNames)[0],
        others: kind.others.flatMap(called),
      }
      return group.train.length + group.test.length > 0 ? [group] : []
    }),
  )
}

const order = new Intl.Collator('en', { numeric: true })
const byNumber = (a: { name: string }, b: { name: string }) => order.compare(a.name, b.name)
