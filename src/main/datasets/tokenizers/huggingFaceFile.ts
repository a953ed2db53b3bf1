/** What a tokenizer.json must be to be used here: its shape, its parts by name, and the numbers of its tokens. */
import { z } from 'zod'
import { WorkbenchError } from '../../../shared/errors.ts'

/** Ids above are refused: an embedding of so many rows has no use here. */
const mostTokens = 2 ** 20
/** Parts within parts. */
const mostNested = 8

const id = z
  .number()
  .int()
  .min(0)
  .max(mostTokens - 1)
const part = z.looseObject({ type: z.string() }).nullish().default(null)
const vocabulary = z.record(z.string(), id)
const modelSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('BPE'),
    vocab: vocabulary,
    merges: z.union([z.array(z.string()), z.array(z.tuple([z.string(), z.string()]))]),
    dropout: z.null('draws its merges at random').or(z.literal(0)).optional(),
  }),
  z.looseObject({ type: z.literal('WordPiece'), vocab: vocabulary, unk_token: z.string() }),
  z.looseObject({
    type: z.literal('Unigram'),
    vocab: z.array(z.tuple([z.string(), z.number()])).max(mostTokens),
    unk_id: z.number().int().nullish(),
  }),
])
const fileSchema = z.looseObject({
  model: modelSchema,
  added_tokens: z.array(z.looseObject({ id, content: z.string().min(1) })).default([]),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
})
export type TokenizerFile = z.output<typeof fileSchema>

/** What @huggingface/tokenizers 0.2 knows, by the name of the field; `Sequence` holds several in the field named here. */
const known = {
  normalizer: {
    types: [
      ...['BertNormalizer', 'Precompiled', 'Replace', 'NFC', 'NFD', 'NFKC', 'NFKD', 'Strip'],
      ...['StripAccents', 'Lowercase', 'Prepend'],
    ],
    several: 'normalizers',
  },
  pre_tokenizer: {
    types: [
      ...['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit', 'Metaspace', 'ByteLevel', 'Split'],
      ...['Punctuation', 'Digits', 'Replace', 'FixedLength'],
    ],
    several: 'pretokenizers',
  },
  post_processor: {
    types: ['TemplateProcessing', 'ByteLevel', 'BertProcessing', 'RobertaProcessing'],
    several: 'processors',
  },
  decoder: {
    types: [
      ...['ByteLevel', 'WordPiece', 'Metaspace', 'BPEDecoder', 'CTC', 'Replace', 'Fuse', 'Strip'],
      'ByteFallback',
    ],
    several: 'decoders',
  },
} as const
type Field = keyof typeof known
const fields = Object.keys(known) as Field[]

/** Throws WorkbenchError 'file-damaged', or 'unsupported-format' for a part that is not known here. */
export function parseTokenizerFile(content: string, name: string): TokenizerFile {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : String(error))
  }
  const parsed = fileSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw damaged(name, `${issue!.path.map(String).join('.') || 'it'}: ${issue!.message}`)
  }
  for (const field of fields) refuseUnknown(field, parsed.data[field], name, 0)
  return parsed.data
}

/** Whether its tokens are bytes written as GPT-2 writes them. */
export const isByteLevel = ({ decoder }: TokenizerFile): boolean =>
  decoder !== null && [decoder, ...partsIn(decoder, 'decoders')].some(({ type }) => type === 'ByteLevel')

interface Part {
  readonly type: string
  readonly [key: string]: unknown
}

function partsIn(part: Part, several: string): Part[] {
  const parts = part.type === 'Sequence' ? part[several] : []
  return z.array(z.looseObject({ type: z.string() })).safeParse(parts).data ?? []
}

function refuseUnknown(field: Field, part: Part | null, name: string, depth: number): void {
  if (part === null) return
  const { types, several } = known[field]
  if (part.type === 'Sequence') {
    if (depth === mostNested) throw unsupported(name, `a ${field} more than ${mostNested} deep`)
    const parts = partsIn(part, several)
    if (!Array.isArray(part[several]) || parts.length !== part[several].length)
      throw damaged(name, `the sequence in ${field} has no list of ${several}`)
    for (const inner of parts) refuseUnknown(field, inner, name, depth + 1)
    return
  }
  if (!(types as readonly string[]).includes(part.type))
    throw unsupported(name, `the ${field} ${JSON.stringify(part.type.slice(0, 100))}`)
  const pattern = z
    .union([z.strictObject({ Regex: z.string() }), z.strictObject({ String: z.string().min(1) })])
    .optional()
  if (!pattern.safeParse(part.pattern).success) throw unsupported(name, `a ${field} with an unknown pattern`)
}

const damaged = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `${name} is no tokenizer.json: ${reason}.`,
    'Use a file as the "tokenizers" library of Hugging Face saves it.',
  )

const unsupported = (name: string, what: string) =>
  new WorkbenchError(
    'unsupported-format',
    `The tokenizer ${name} has ${what}, which is not known here.`,
    'Use another tokenizer.json, or choose "byte" or "bpe".',
  )
