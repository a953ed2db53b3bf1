/** Where files go that a person drops, chooses or opens with the app: variants into the catalogue, archives of
 * experiments beside the others, everything else into the library. */
import { desktop, named } from '../api/index.ts'
import type { DroppedFile } from '../api/index.ts'
import { isArchive, useExports } from './exports.ts'
import { useLibrary } from './library.ts'
import { useOwnVariants } from './ownVariants.ts'

/** `asks` shows the import sheet even where there is nothing to ask. */
export const takeFiles = (files: Iterable<File>, asks = false): Promise<void> =>
  take([...files].map(named), asks)

/** Call it while the drop is handled: what it carries is gone when the event is over. */
export async function takeDrop(data: DataTransfer, asks = false): Promise<void> {
  await take(await useLibrary().readDrop(data), asks)
}

/** Files and folders by their paths, where the host knows paths. */
export async function takePaths(paths: readonly string[], asks = false): Promise<void> {
  const archives = paths.filter(isArchive)
  for (const path of archives) await useExports().importArchive(() => Promise.resolve({ kind: 'path', path }))
  const others = paths.filter((path) => !archives.includes(path))
  if (others.length > 0) await useLibrary().importPaths(others, asks)
}

/** Asks for files with the browser's dialog; under Electron an input opens the system's own. */
export function chooseFiles(asks = false): void {
  const input = document.createElement('input')
  Object.assign(input, { type: 'file', multiple: true })
  input.addEventListener('change', () => void takeFiles(input.files ?? [], asks))
  input.click()
}

/** Asks for a folder, of images by class for instance. */
export async function chooseFolder(): Promise<void> {
  if (desktop) return takePaths(await desktop.chooseFolders())
  const input = document.createElement('input')
  Object.assign(input, { type: 'file', webkitdirectory: true })
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    void take(
      files.map((file) => ({ file, name: file.webkitRelativePath })),
      false,
    )
  })
  input.click()
}

async function take(files: readonly DroppedFile[], asks: boolean): Promise<void> {
  const own = useOwnVariants()
  const exports = useExports()
  const others: DroppedFile[] = []
  for (const one of files)
    if (!(await own.takeFile(one.file)) && !(await exports.takeArchive(one.file))) others.push(one)
  await useLibrary().importFiles(others, asks)
}
