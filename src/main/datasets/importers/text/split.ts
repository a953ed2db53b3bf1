/** Which part of a text is for training and which for validation: its end, or whole documents. */
import { uniformAt } from '../../../engine/random.ts'
import type { SplitRecord } from '../../../../shared/experiment.ts'
import type { SplitChoice } from '../../../../shared/imports.ts'
import { usualSplit } from '../split.ts'
import type { TextPiece } from './source.ts'

/** A part of a text that lies in one split and in one document. */
export interface Segment {
  readonly text: string
  readonly isValidation: boolean
  /** Whether the document ends with it, or what one split has of the document. */
  readonly ends: boolean
}

export type TextSplitRecord = Extract<SplitRecord, { by: 'position' | 'document' }>

/** A choice with what is usual where nothing is chosen. */
export function splitRecordOf({ by = 'position', validation, seed }: SplitChoice = {}): TextSplitRecord {
  const share = validation ?? usualSplit.validation
  return by === 'position'
    ? { by, validation: share }
    : { by, validation: share, seed: seed ?? usualSplit.seed }
}

/**
 * The text in parts. By position the first floor((1 - share) · characters) characters are for training, as in nanoGPT;
 * by document max(1, round(share · documents)) documents, and never all, are for validation.
 */
export const segmentsOf = (
  pieces: AsyncIterable<TextPiece>,
  split: TextSplitRecord,
  text: { readonly characters: number; readonly documents: number },
): AsyncGenerator<Segment> =>
  split.by === 'position'
    ? atCharacter(pieces, Math.floor(text.characters * (1 - split.validation)))
    : byDocument(pieces, isDrawn(text.documents, split))

async function* atCharacter(pieces: AsyncIterable<TextPiece>, end: number): AsyncGenerator<Segment> {
  let left = end // characters of the training split that are still to come
  for await (const { text, endsDocument } of pieces) {
    const at = left === 0 ? 0 : lengthOf(text, left)
    if (at > 0) {
      const own = text.slice(0, at)
      left -= countCharacters(own)
      yield { text: own, isValidation: false, ends: left === 0 || (endsDocument && at === text.length) }
    }
    if (at < text.length) yield { text: text.slice(at), isValidation: true, ends: endsDocument }
  }
}

async function* byDocument(
  pieces: AsyncIterable<TextPiece>,
  isValidation: (document: number) => boolean,
): AsyncGenerator<Segment> {
  let document = 0
  let isOwn = isValidation(document)
  for await (const { text, endsDocument } of pieces) {
    yield { text, isValidation: isOwn, ends: endsDocument }
    if (endsDocument) isOwn = isValidation(++document)
  }
}

/**
 * Whether a document is drawn, asked for 0, 1, 2, ... in turn: every choice of so many of them is equally likely, and
 * none has to be kept. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
 */
function isDrawn(
  documents: number,
  { validation, seed }: { validation: number; seed: number },
): (document: number) => boolean {
  let wanted = Math.min(Math.max(1, Math.round(documents * validation)), documents - 1)
  return (document) => {
    const drawn = (documents - document) * uniformAt(seed, 'split', 1, document) < wanted
    if (drawn) wanted--
    return drawn
  }
}

/** Code points of a text in which no surrogate is alone. */
export function countCharacters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index++) if ((text.charCodeAt(index) & 0xfc00) === 0xdc00) count--
  return count
}

/** UTF-16 units of the first `characters` characters, or of all where there are fewer. */
function lengthOf(text: string, characters: number): number {
  if (characters >= text.length) return text.length
  let index = 0
  for (let count = 0; count < characters && index < text.length; count++)
    index += text.codePointAt(index)! > 0xffff ? 2 : 1
  return index
}
