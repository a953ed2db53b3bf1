/** Where files go that a person drops or chooses: variants into the catalogue, archives of
 * experiments beside the others, everything else into the library. */
import { named } from '../api/index.ts'
import type { DroppedFile } from '../api/index.ts'
import { useExports } from './exports.ts'
import { useLibrary } from './library.ts'
import { useOwnVariants } from './ownVariants.ts'

/** `asks` shows the import sheet even where there is nothing to ask. */
export const takeFiles = (files: Iterable<File>, asks = false): Promise<void> =>
  take([...files].map(named), asks)

/** Call it while the drop is handled: what it carries is gone when the event is over. */
export async function takeDrop(data: DataTransfer, asks = false): Promise<void> {
  await take(await useLibrary().readDrop(data), asks)
}

async function take(files: readonly DroppedFile[], asks: boolean): Promise<void> {
  const own = useOwnVariants()
  const exports = useExports()
  const others: DroppedFile[] = []
  for (const one of files)
    if (!(await own.takeFile(one.file)) && !(await exports.takeArchive(one.file))) others.push(one)
  await useLibrary().importFiles(others, asks)
}
