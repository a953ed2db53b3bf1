/** Pictures and what several models take them for, as rows of a table. */
import type { Prediction } from '../../shared/contract.ts'

/** The classes that are shown of a prediction. */
const shownClasses = 3

export interface Ranked {
  readonly name: string
  readonly probability: number
}

/** The likeliest classes, the likeliest first. */
export function likeliest(probabilities: Readonly<Record<string, number>>): Ranked[] {
  return Object.entries(probabilities)
    .map(([name, probability]) => ({ name, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, shownClasses)
}

export interface PictureRow<File> {
  readonly path: string
  /** The file, where the picture is one that was given; null for an image of an array or of a folder that was named by its path. */
  readonly file: File | null
  /** The class that the input says it is of. */
  readonly label: string | null
}

/** A row for each picture of a prediction; paths are as they were given, or the names of uploads. */
export function pictureRows<File extends { readonly name: string }>(
  { predictions }: Prediction,
  files: readonly File[],
  most: number,
): PictureRow<File>[] {
  const isOf = (path: string, { name }: File) =>
    path === name || path.endsWith(`/${name}`) || path.endsWith(`\\${name}`)
  return predictions.slice(0, most).map(({ path, label }, index) => {
    const [own] = [files[index], ...files].filter((file) => file !== undefined && isOf(path, file))
    return { path, file: own ?? null, label }
  })
}
