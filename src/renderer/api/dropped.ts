/** What a drop carries: files, and in a browser, where a folder has no path, the files below it by their names. */
import { WorkbenchError } from '../../shared/errors.ts'

export interface DroppedFile {
  file: File
  /** The file's name; below a folder its path from there, with slashes: "digits/train/0/1.png". */
  name: string
}

export const named = (file: File): DroppedFile => ({ file, name: file.name })

/** Every file of a drop, those of folders included. Throws WorkbenchError 'file-unreadable'. */
export async function expandFolders(data: DataTransfer): Promise<DroppedFile[]> {
  // All at once: the items are gone when the event is over.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const files: DroppedFile[] = []
  for (const entry of entries) await collect(entry, files)
  return files
}

async function collect(entry: FileSystemEntry, files: DroppedFile[]): Promise<void> {
  const name = entry.fullPath.replace(/^\//, '')
  try {
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
      files.push({ file, name })
    } else
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await collect(child, files)
  } catch (error) {
    if (error instanceof WorkbenchError) throw error
    throw new WorkbenchError(
      'file-unreadable',
      `${name} cannot be read: ${(error as Error).message}.`,
      'Check its permissions, or import it by its path: attention-workbench import PATH.',
    )
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

/** A browser hands out the entries of a folder in parts, and an empty part at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (part.length === 0) return children
    children.push(...part)
  }
}
