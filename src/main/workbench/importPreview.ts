/** A look at what an import would take, before it does: the beginning of a text, or the names of image files. */
import path from 'node:path'
import type { ImportPlan } from '../datasets/importers/importer.ts'

const longestPreview = 600
const namedFiles = 6

export async function previewOf({ kind, files }: ImportPlan): Promise<string> {
  if (kind === 'images') return namesOf(files.map(({ name }) => name))
  const head = await files[0]?.head()
  return head ? beginningOf(head) : ''
}

/** The first files, with the folder that each lies in: that is its class. */
function namesOf(names: readonly string[]): string {
  // evenly spread, so that more than the first class is seen
  const step = Math.max(1, Math.floor(names.length / namedFiles))
  const shown = names.filter((_, index) => index % step === 0).slice(0, namedFiles)
  const short = (name: string) => path.posix.join(path.basename(path.dirname(name)), path.basename(name))
  return [...shown.map(short), ...(names.length > shown.length ? ['...'] : [])].join('\n')
}

/** Bytes as text in the encoding that they say or look like; the last character may be cut. */
export function beginningOf(head: Uint8Array): string {
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  const decoded = new TextDecoder(encoding).decode(head, { stream: true })
  const text = decoded.includes('\ufffd') ? new TextDecoder('latin1').decode(head) : decoded
  return [...text].slice(0, longestPreview).join('')
}
