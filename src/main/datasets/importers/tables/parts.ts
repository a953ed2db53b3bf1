/** Which files are for training and which for validation, by their names: "train-00000-of-00002", "mnist_test". */
import path from 'node:path'

const word = (words: string) => new RegExp(`(?:^|[^a-z])(?:${words})(?:[^a-z]|$)`, 'i')
const training = word('train|training')
/** The first that is there: "val" is meant for what validation is here, "test" for a later look. */
const validations = [word('val|valid|validation|dev|eval'), word('test|testing|t10k')]

export interface Parts<File> {
  train: File[]
  /** Null where the names name no split. */
  validation: File[] | null
  /** In a third part beside training and validation. */
  leftOut: File[]
}

/** Every file is in one of them; all are for training where the names do not say both. */
export function partsOf<File extends { readonly name: string }>(files: readonly File[]): Parts<File> {
  const are = (part: RegExp) => files.filter(({ name }) => part.test(path.basename(name)))
  const train = are(training)
  const validation = validations
    .map((part) => are(part).filter((file) => !train.includes(file)))
    .find((found) => found.length > 0)
  if (train.length === 0 || !validation) return { train: [...files], validation: null, leftOut: [] }
  const leftOut = files.filter((file) => !train.includes(file) && !validation.includes(file))
  return { train, validation, leftOut }
}
