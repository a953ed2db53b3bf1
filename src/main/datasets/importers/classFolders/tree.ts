/**
 * What a set of image files says by where they lie: the folder above an image is its class, and folders "train" and
 * "test" above the classes are the split. As in torchvision's ImageFolder, images deeper inside a class folder belong
 * to it too.
 */
import path from 'node:path'

/** A file to be sorted: the folder that was given, or the file itself, and the file's name below or beside it. */
export interface Placed {
  readonly name: string
  readonly given: { readonly name: string }
}

export interface Member<File> {
  file: File
  className: string
}

export interface ImageTree<File> {
  /** What the dataset would be called. */
  name: string
  train: Member<File>[]
  /** Null where the folders name no split. */
  validation: Member<File>[] | null
  /** Images that are in no class folder, or in a third part beside training and validation. */
  leftOut: File[]
}

const trainFolder = /^(train|training)$/i
/** The first that is there: "val" is meant for what validation is here, "test" for a later look. */
const validationFolders = [/^(val|valid|validation|dev)$/i, /^(test|testing|t10k)$/i]
const isPart = (name: string) => [trainFolder, ...validationFolders].some((word) => word.test(name))

/** Sorts images into datasets: each given folder is one, but folders that are classes or parts themselves, and single files, are one together. */
export function sortImages<File extends Placed>(files: readonly File[]): ImageTree<File>[] {
  const byGiven = Map.groupBy(files, (file) => file.given)
  const together: { file: File; folders: string[] }[] = []
  const trees: ImageTree<File>[] = []
  for (const [given, own] of byGiven) {
    const base = path.basename(given.name)
    const inside = own.map((file) => ({ file, folders: foldersOf(path.relative(given.name, file.name)) }))
    const isFile = own.length === 1 && own[0]!.name === given.name
    const isClass = inside.every(({ folders }) => folders.length === 0)
    if (isFile) together.push({ file: own[0]!, folders: foldersOf(given.name) })
    else if (byGiven.size > 1 && (isClass || isPart(base)))
      together.push(...inside.map(({ file, folders }) => ({ file, folders: [base, ...folders] })))
    else trees.push(sortOne(base, inside))
  }
  if (together.length > 0) trees.unshift(sortOne(undefined, together))
  return trees
}

const foldersOf = (name: string) =>
  path
    .dirname(name)
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')

function sortOne<File extends Placed>(
  name: string | undefined,
  placed: { file: File; folders: string[] }[],
): ImageTree<File> {
  const [first] = placed
  let common = 0
  while (
    first!.folders[common] !== undefined &&
    placed.every(({ folders }) => folders[common] === first!.folders[common] && folders.length > common + 1)
  )
    common++
  // In the order of their names, whatever order they were given in: it is part of what the dataset is.
  const below = placed
    .map(({ file, folders }) => ({ file, folders: folders.slice(common) }))
    .map((one) => ({ ...one, key: [...one.folders, path.basename(one.file.name)].join('/') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const tops = new Set(below.flatMap(({ folders }) => folders.slice(0, 1)))
  const find = (word: RegExp) => [...tops].find((top) => word.test(top))
  const trainTop = find(trainFolder)
  const validationTop = validationFolders.map(find).find((top) => top !== undefined)
  const hasSplit = trainTop !== undefined && validationTop !== undefined

  const members = (top?: string) =>
    below
      .filter(({ folders }) => top === undefined || folders[0] === top)
      .map(({ file, folders }) => ({ file, className: folders[top === undefined ? 0 : 1] }))
      .filter((member): member is Member<File> => member.className !== undefined)
  const train = members(hasSplit ? trainTop : undefined)
  const validation = hasSplit ? members(validationTop) : null
  const kept = new Set([...train, ...(validation ?? [])].map(({ file }) => file))
  return {
    name: name ?? first!.folders[common - 1] ?? 'images',
    train,
    validation,
    leftOut: below.flatMap(({ file }) => (kept.has(file) ? [] : [file])),
  }
}
