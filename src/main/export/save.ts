/** Writes an export to where a person wants it: a file, a folder, or a zip archive of it. */
import { createWriteStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Export, ExportedFile } from './file.ts'

/**
 * Writes `exported` to `out` and returns the files written. An `out` that ends in `.zip` becomes an archive; of one
 * file it is the file (or the folder to put it in, where it is one); of a folder it is that folder, made where it is
 * missing. A file appears whole or not at all; one that is there is replaced.
 * @throws WorkbenchError file-unwritable
 */
export async function save(exported: Export, out: string): Promise<string[]> {
  const target = path.resolve(out)
  try {
    if (/\.zip$/i.test(target)) return [await writeFile(target, zipped(exported.files))]
    const places = await placesIn(exported, target)
    const written: string[] = []
    for (const [file, place] of places) written.push(await writeFile(place, file.content()))
    return written
  } catch (error) {
    if (error instanceof WorkbenchError || !(error instanceof Error) || !('syscall' in error)) throw error
    throw new WorkbenchError(
      'file-unwritable',
      `${out} cannot be written: ${error.message}.`,
      'Choose another place with --out, or check its permissions and its free space.',
    )
  }
}

/** The same as one file in `folder`: itself where it is a single one, else a zip archive. Returns the file. */
export async function saveAsOne(exported: Export, folder: string): Promise<string> {
  const isOne = exported.layout === 'file' && exported.files.length === 1
  const name = isOne ? path.basename(exported.files[0]!.name) : `${stem(exported.name)}.zip`
  const [file] = await save(exported, path.join(folder, name))
  return file!
}

async function placesIn({ layout, files }: Export, target: string): Promise<[ExportedFile, string][]> {
  const isFolder = layout === 'folder' || (await fs.stat(target).catch(() => undefined))?.isDirectory()
  if (isFolder) return files.map((file) => [file, path.join(target, ...file.name.split('/'))])
  const [main, ...others] = files
  return [
    [main!, target],
    ...others.map((file): [ExportedFile, string] => [file, `${stem(target)}.${file.name}`]),
  ]
}

/** Without the extension of a file; a folder's name stays. */
const stem = (name: string) => name.replace(/\.(csv|json|html|onnx|safetensors|awx)$/i, '')

async function writeFile(file: string, content: ReturnType<ExportedFile['content']>): Promise<string> {
  const temporary = `${file}.${process.pid}.tmp`
  await fs.mkdir(path.dirname(file), { recursive: true })
  try {
    await pipeline(Readable.from(content, { objectMode: true }), createWriteStream(temporary))
    await fs.rename(temporary, file)
    return file
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** The bytes of a zip archive of `files`, with 64-bit sizes where they are needed. */
export async function* zipped(files: readonly ExportedFile[]): AsyncGenerator<Uint8Array> {
  const zip = new yazl.ZipFile()
  zip.on('error', (error) => (zip.outputStream as Readable).destroy(error as Error))
  for (const file of files)
    zip.addReadStreamLazy(file.name, { compress: true }, (give) =>
      give(null, Readable.from(file.content(), { objectMode: false })),
    )
  zip.end()
  yield* zip.outputStream as Readable as AsyncIterable<Uint8Array>
}
