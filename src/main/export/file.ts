/** A file of an export, before it is known whether it will lie in a folder or in a zip archive. */

export interface ExportedFile {
  /** Relative to the export, with slashes. */
  readonly name: string
  /** Its bytes, or its text; asked for once. */
  content(): AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>
}

/** One file, or one with companions, or a folder: what a destination is taken for. */
export type Layout = 'file' | 'folder'

export interface Export {
  readonly layout: Layout
  /** The name that it gets where nobody chose one: of the file, or of the folder. */
  readonly name: string
  /** Of layout `file` the first is the file itself, and others are named after it. */
  readonly files: readonly ExportedFile[]
}

/** A part of a file name: of what people named, only what every file system holds. */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{Letter}\p{Number}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80)
  return plain === '' ? 'export' : plain
}

/** Pieces of text joined to pieces of about this many characters: few writes, little memory. */
const pieceCharacters = 65_536

export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < pieceCharacters) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
