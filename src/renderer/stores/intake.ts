/** Where files go that a person drops or chooses: variants into the catalogue, everything else into the library. */
import { useLibrary } from './library.ts'
import { useOwnVariants } from './ownVariants.ts'

export async function takeFiles(files: Iterable<File>): Promise<void> {
  const own = useOwnVariants()
  const library = useLibrary()
  const others: File[] = []
  for (const file of [...files]) if (!(await own.takeFile(file))) others.push(file)
  await library.importFiles(others)
}
