/** What importers of image files have in common, wherever the files lie: those that cannot be read, and what is said. */
import { WorkbenchError } from '../../../shared/errors.ts'
import type { ImageInformation } from '../imageHeader.ts'
import type { ImageShape } from './imageWriter.ts'

/** Files that are named where many could not be read. */
const namedFiles = 5

/** What `work` gives; a file that cannot be read is listed instead. */
export async function orListed<Result>(
  work: Promise<Result>,
  unreadable: WorkbenchError[],
): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof WorkbenchError)) throw error
    unreadable.push(error)
    return undefined
  }
}

export function scalingNote(headers: readonly ImageInformation[], { height, width }: ImageShape): string[] {
  const scaled = headers.filter((found) => found.height !== height || found.width !== width).length
  if (scaled === 0) return []
  return [`${counted(scaled, 'image')} scaled to cover ${width} x ${height} pixels and cut at the middle.`]
}

export function unreadableNote(errors: readonly WorkbenchError[]): string[] {
  if (errors.length === 0) return []
  const more = errors.length > namedFiles ? ' The first:' : ''
  const reasons = errors.slice(0, namedFiles).map(({ message }) => message)
  return [
    `${counted(errors.length, 'file')} left out because ${errors.length === 1 ? 'it' : 'they'} cannot be read.${more} ${reasons.join(' ')}`,
  ]
}

/** "1 image was", "12 images were". */
export const counted = (count: number, what: string) =>
  count === 1 ? `1 ${what} was` : `${count} ${what}s were`

/** An image that cannot be read may be bad luck; when most cannot, something else is wrong. */
export function refuseUnreadable(name: string, count: number, unreadable: readonly WorkbenchError[]): void {
  if (2 * unreadable.length <= count) return
  const [first] = unreadable
  throw new WorkbenchError(
    'file-damaged',
    `${unreadable.length} of the ${count} images in ${name} cannot be read. ${first!.message}`,
    first!.hint,
  )
}
