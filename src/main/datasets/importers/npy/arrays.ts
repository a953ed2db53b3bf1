/**
 * Which arrays are the images and the labels, by their shapes and names: "x_train" and "y_train" as Keras has them,
 * "val_images" and "val_labels" as MedMNIST has them, or one array of each.
 */

export interface NamedArray {
  readonly name: string
  readonly shape: readonly number[]
}
export interface ArrayPair<One> {
  images: One
  labels: One
}
export interface ArrayParts<One> {
  train: ArrayPair<One>
  /** Null where the names tell no split. */
  validation: ArrayPair<One> | null
}

const word = (words: string) => new RegExp(`(^|[^a-z])(${words})(?=[^a-z]|$)`, 'i')
const trainWord = word('train|training')
/** The first that is there: "val" is meant for what validation is here, "test" for a later look. */
const validationWords = [word('val|valid|validation|dev'), word('test|testing')]

export const isImages = ({ shape }: NamedArray) => shape.length === 3 || shape.length === 4
/** A column counts as a row. */
export const isLabels = ({ shape }: NamedArray) =>
  shape.length === 1 || (shape.length === 2 && shape[1] === 1)

/** Undefined where it cannot be told. */
export function chooseArrays<One extends NamedArray>(arrays: readonly One[]): ArrayParts<One> | undefined {
  const named = (part: RegExp) => pairOf(arrays.filter(({ name }) => part.test(name)))
  const train = named(trainWord)
  const validation = validationWords.map(named).find((pair) => pair !== undefined)
  if (train && validation) return { train, validation }
  const only = train ?? pairOf(arrays)
  return only && { train: only, validation: null }
}

/** The images and the labels among `arrays`, where there is one of each. */
function pairOf<One extends NamedArray>(arrays: readonly One[]): ArrayPair<One> | undefined {
  const [images, ...otherImages] = arrays.filter(isImages)
  const [labels, ...otherLabels] = arrays.filter(isLabels)
  if (!images || !labels || otherImages.length > 0 || otherLabels.length > 0) return undefined
  return { images, labels }
}
