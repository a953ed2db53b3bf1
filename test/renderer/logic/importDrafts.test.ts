/** From what a person answers in the import sheet to what the import is asked. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choicesOf, draftOf, needsLook, type ImportDraft } from '../../../src/renderer/logic/importDrafts.ts'
import type { ImportPlanRecord } from '../../../src/shared/contract.ts'
import { importChoicesSchema } from '../../../src/shared/imports.ts'

const plan = (changes: Partial<ImportPlanRecord> = {}): ImportPlanRecord => ({
  ...{
    name: 'poem',
    kind: 'text',
    format: 'text',
    files: 1,
    given: 1,
    bytes: 10,
    refusal: null,
    preview: '',
  },
  source: { kind: 'paths', paths: ['poem.txt'] },
  ...changes,
})
const asked = (changes: Partial<ImportDraft>, of: Partial<ImportPlanRecord> = {}) =>
  choicesOf({ ...draftOf(plan(of)), ...changes }, plan(of))

describe('choicesOf', () => {
  it('asks for nothing where nothing was changed', () => {
    expect(asked({})).toEqual({ choices: {}, problems: {} })
    expect(asked({}, { kind: 'images' })).toEqual({ choices: {}, problems: {} })
  })

  it.each<[string, Partial<ImportDraft>, object]>([
    ['bytes', { tokenizer: 'byte' }, { tokenizer: { kind: 'byte' } }],
    ['byte pairs', { tokenizer: 'bpe', vocabulary: '512' }, { tokenizer: { kind: 'bpe', vocabulary: 512 } }],
    [
      'a tokenizer.json by its path',
      { tokenizer: 'file', tokenizerFile: { name: 't', source: { kind: 'paths', paths: ['/t.json'] } } },
      { tokenizer: { kind: 'file', path: '/t.json' } },
    ],
    [
      'a tokenizer.json that was uploaded',
      { tokenizer: 'file', tokenizerFile: { name: 't', source: { kind: 'uploads', uploads: ['u1'] } } },
      { tokenizer: { kind: 'file', upload: 'u1' } },
    ],
    ['an encoding', { encoding: 'latin1' }, { encoding: 'latin1' }],
    ['line ends', { newlines: 'unix' }, { newlines: 'unix' }],
    ['a larger validation part', { validation: '20' }, { split: { validation: 0.2 } }],
    [
      'documents, drawn with a seed',
      { splitBy: 'document', seed: '7' },
      { split: { by: 'document', seed: 7 } },
    ],
    ['a seed that draws nothing', { seed: '7' }, {}],
  ])('asks for %s', (_, changes, choices) => {
    expect(asked(changes)).toEqual({ choices, problems: {} })
  })

  it('asks of images what images have', () => {
    const changes = { tokenizer: 'byte', encoding: 'latin1', imageSize: '32', seed: '1' } as const
    expect(asked(changes, { kind: 'images' }).choices).toEqual({ imageSize: 32, split: { seed: 1 } })
  })

  it('says what cannot be', () => {
    expect(asked({ name: ' ' }).problems).toHaveProperty('name')
    expect(asked({ tokenizer: 'bpe', vocabulary: '12' }).problems).toHaveProperty('vocabulary')
    expect(asked({ tokenizer: 'file' }).problems).toHaveProperty('tokenizerFile')
    expect(asked({ validation: '100' }).problems).toHaveProperty('validation')
    expect(asked({ splitBy: 'document', seed: '-1' }).problems).toHaveProperty('seed')
    expect(asked({ imageSize: '3' }, { kind: 'images' }).problems).toHaveProperty('imageSize')
    expect(asked({}, { textColumn: null }).problems).toHaveProperty('column')
    expect(asked({ column: 'body' }, { textColumn: null })).toEqual({
      choices: { column: 'body' },
      problems: {},
    })
  })

  it('gives what the workbench accepts, whatever is typed', () => {
    const typed = fc.oneof(fc.string({ maxLength: 4 }), fc.integer().map(String), fc.double().map(String))
    const drafts = fc.record({
      tokenizer: fc.constantFrom('character', 'byte', 'bpe', 'file'),
      splitBy: fc.constantFrom('position', 'document'),
      ...{ vocabulary: typed, validation: typed, seed: typed, imageSize: typed },
    })
    fc.assert(
      fc.property(drafts, fc.constantFrom('text', 'images'), (changes, kind) => {
        const { choices } = asked(changes as Partial<ImportDraft>, { kind })
        expect(importChoicesSchema.safeParse(choices).success).toBe(true)
      }),
    )
  })
})

describe('needsLook', () => {
  it('is for several datasets, and for a table whose text is not obvious', () => {
    expect(needsLook([plan()])).toBe(false)
    expect(needsLook([plan({ textColumn: 'text' })])).toBe(false)
    expect(needsLook([plan({ textColumn: null })])).toBe(true)
    expect(needsLook([plan({ files: 60_000 })])).toBe(false) // of one folder
    expect(needsLook([plan({ files: 4, given: 4 })])).toBe(true)
    expect(needsLook([plan(), plan()])).toBe(true)
  })
})
