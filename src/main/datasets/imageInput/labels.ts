/** What an input says of a class, as the label of a dataset that has its own names for classes. */
import { WorkbenchError } from '../../../shared/errors.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'

/** Names that are shown where something does not fit. */
const shownNames = 12

/**
 * Labels of integers: the class of that name, or, where no class is named by a number, the class at that place.
 * The returned function throws WorkbenchError 'labels-mismatch' for a class that the dataset does not have.
 */
export function labelOfNumber(dataset: ImageDataset, source: string): (value: number) => number {
  const { classNames } = dataset
  const byName = new Map(classNames.map((name, label) => [name, label]))
  const isNumbered = classNames.some((name) => /^-?\d+$/.test(name))
  return (value) => {
    const label = isNumbered ? byName.get(String(value)) : value
    if (label === undefined || classNames[label] === undefined)
      throw unknownClass(source, String(value), dataset)
    return label
  }
}

export function unknownClass(source: string, name: string, { classNames }: ImageDataset): WorkbenchError {
  const more = classNames.length > shownNames ? ` and ${classNames.length - shownNames} more` : ''
  return new WorkbenchError(
    'labels-mismatch',
    `${source} has the class ${JSON.stringify(name)}, which the model was not trained on: its classes are ${classNames.slice(0, shownNames).join(', ')}${more}.`,
    'Name the images without their labels to see only what the model makes of them.',
  )
}
