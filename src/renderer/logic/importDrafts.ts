/** What the import sheet shows of a dataset that is not there yet, and what a person's answers ask of the import. */
import type { ImportPlanRecord, Source } from '../../shared/contract.ts'
import {
  encodings,
  imageSizeSchema,
  mostMergedTokens,
  splitChoiceSchema,
  tokenizerChoiceSchema,
  type Encoding,
  type ImportChoices,
  type SplitChoice,
  type TokenizerChoice,
} from '../../shared/imports.ts'

/** A tokenizer.json that was chosen, and where the workbench finds it. */
export interface TokenizerFile {
  readonly name: string
  readonly source: Source
}

/** As it is typed: numbers are texts until they are read. Empty is "as the import sees fit". */
export interface ImportDraft {
  isWanted: boolean
  name: string
  column: string
  labelColumn: string
  encoding: '' | Encoding
  newlines: 'kept' | 'unix'
  tokenizer: TokenizerChoice['kind']
  /** Of merged byte pairs. */
  vocabulary: string
  tokenizerFile: TokenizerFile | null
  splitBy: NonNullable<SplitChoice['by']>
  /** Per cent. */
  validation: string
  seed: string
  imageSize: string
}
export type DraftField =
  'name' | 'column' | 'vocabulary' | 'tokenizerFile' | 'validation' | 'seed' | 'imageSize'

export const usualVocabulary = 1024
export { encodings, mostMergedTokens }

export const draftOf = (plan: ImportPlanRecord): ImportDraft => ({
  isWanted: plan.refusal === null,
  name: plan.name,
  column: '',
  labelColumn: '',
  encoding: '',
  newlines: 'kept',
  tokenizer: 'character',
  vocabulary: String(usualVocabulary),
  tokenizerFile: null,
  splitBy: 'position',
  validation: '',
  seed: '',
  imageSize: '',
})

/** Columns of a table that text can be read from; none where the files are no table. */
export const textColumns = ({ columns }: ImportPlanRecord) =>
  (columns ?? []).filter(({ type }) => type === 'text' || type === 'bytes')

/**
 * Whether a person should look before files are imported: at several datasets, at several files that would become one, or at
 * a table whose text is not obvious. One file or folder that is plainly one dataset is imported at once.
 */
export const needsLook = (plans: readonly ImportPlanRecord[]): boolean =>
  plans.length > 1 || plans.some(({ given, textColumn }) => given > 1 || textColumn === null)

/** Only what differs from what the import does by itself, so that the same content stays the same dataset. */
export function choicesOf(
  draft: ImportDraft,
  { kind, textColumn }: Pick<ImportPlanRecord, 'kind' | 'textColumn'>,
): { choices: ImportChoices; problems: Partial<Record<DraftField, string>> } {
  const problems: Partial<Record<DraftField, string>> = {}
  const choices: ImportChoices = {}
  if (draft.name.trim() === '') problems.name = 'A dataset needs a name.'
  if (draft.column !== '') choices.column = draft.column
  else if (kind === 'text' && textColumn === null) problems.column = 'Choose a column.'
  if (kind === 'text') {
    if (draft.encoding !== '') choices.encoding = draft.encoding
    if (draft.newlines !== 'kept') choices.newlines = draft.newlines
    const tokenizer = tokenizerOf(draft, problems)
    if (tokenizer) choices.tokenizer = tokenizer
  } else {
    if (draft.labelColumn !== '') choices.labelColumn = draft.labelColumn
    const side = wholeNumber(draft.imageSize)
    if (side !== undefined) {
      if (imageSizeSchema.safeParse(side).success) choices.imageSize = side
      else problems.imageSize = 'Between 4 and 512 pixels.'
    }
  }
  const split = splitOf(draft, kind, problems)
  if (Object.keys(split).length > 0) choices.split = split
  return { choices, problems }
}

type Problems = Partial<Record<DraftField, string>>

function tokenizerOf(draft: ImportDraft, problems: Problems): TokenizerChoice | undefined {
  switch (draft.tokenizer) {
    case 'character':
      return undefined
    case 'byte':
      return { kind: 'byte' }
    case 'bpe': {
      const choice = { kind: 'bpe' as const, vocabulary: wholeNumber(draft.vocabulary) ?? NaN }
      if (tokenizerChoiceSchema.safeParse(choice).success) return choice
      problems.vocabulary = `Between 257 and ${mostMergedTokens.toLocaleString('en-US')} tokens.`
      return undefined
    }
    case 'file': {
      const source = draft.tokenizerFile?.source
      if (source?.kind === 'paths') return { kind: 'file', path: source.paths[0]! }
      if (source?.kind === 'uploads') return { kind: 'file', upload: source.uploads[0]! }
      problems.tokenizerFile = 'Choose a tokenizer.json.'
      return undefined
    }
  }
}

function splitOf(draft: ImportDraft, kind: ImportPlanRecord['kind'], problems: Problems): SplitChoice {
  const split: SplitChoice = {}
  const isByDocument = kind === 'text' && draft.splitBy === 'document'
  if (isByDocument) split.by = 'document'
  const share = draft.validation.trim() === '' ? undefined : Number(draft.validation) / 100
  if (share !== undefined) {
    if (splitChoiceSchema.shape.validation.safeParse(share).success) split.validation = share
    else problems.validation = 'More than 0 % and less than 100 %.'
  }
  // The end of a text is not drawn.
  const seed = kind === 'images' || isByDocument ? wholeNumber(draft.seed) : undefined
  if (seed !== undefined) {
    if (splitChoiceSchema.shape.seed.safeParse(seed).success) split.seed = seed
    else problems.seed = 'A whole number from 0 on.'
  }
  return split
}

/** Undefined where nothing is typed, NaN where it is no number. */
const wholeNumber = (typed: string) => (typed.trim() === '' ? undefined : Number(typed))
