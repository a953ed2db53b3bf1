/** Texts with every choice of tokenizer and split: which dataset they become, and what is in it. */
import fs from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { bitsPerByte, datasetSchema, type TextDataset } from '../../../../../src/shared/experiment.ts'
import type { ImportChoices } from '../../../../../src/shared/imports.ts'
import { requireKind } from '../../../../../src/main/datasets/format.ts'
import type { ImportOptions } from '../../../../../src/main/datasets/importers/importer.ts'
import { fileAt } from '../../../../../src/main/datasets/importers/source.ts'
import { textPlan } from '../../../../../src/main/datasets/importers/text/plan.ts'
import type { TextPiece } from '../../../../../src/main/datasets/importers/text/source.ts'
import { openLibrary, type Library } from '../../../../../src/main/datasets/library.ts'
import { readTokenizer, readVocabulary } from '../../../../../src/main/datasets/tokenizers/index.ts'
import { openSplit, openTokens } from '../../../../../src/main/datasets/tokens.ts'
import { temporaryFolder } from '../../folders.ts'
import { byteLevelFile, wordPieceFile } from '../../tokenizers/tokenizerFiles.ts'

const temporary = temporaryFolder()
const sentence = 'The quick brown fox jumps over the lazy dog; naïve café, 東京 🙂.\n'
const text = sentence.repeat(40)
const characters = [...text]

let library: Library
let file: string
beforeEach(() => {
  library = openLibrary(path.join(temporary.path, 'library'))
  file = temporary.write('text.txt', text)
})

async function importText(choices: ImportChoices = {}): Promise<TextDataset> {
  const dataset = await library.import({ files: [fileAt(file)], ...choices })
  requireKind(dataset, 'text')
  expect(datasetSchema.parse(dataset)).toEqual(dataset)
  return dataset
}

function splitsOf(id: string): Record<'train' | 'validation', Int32Array> {
  const read = (split: 'train' | 'validation') => {
    const reader = openTokens(library.folder(id), split)
    const tokens = new Int32Array(reader.length)
    reader.read(0, tokens)
    reader.close()
    return tokens
  }
  return { train: read('train'), validation: read('validation') }
}

describe('the id of a text', () => {
  it('is that of its hash for the usual choices, however they are named', async () => {
    const dataset = await importText()
    expect(dataset.id).toBe(dataset.sha256.slice(0, 12))
    expect(dataset.identity).toBeUndefined()
    const named = await importText({
      tokenizer: { kind: 'character' },
      split: { by: 'position', validation: 0.1, seed: 7 }, // nothing is drawn by position
    })
    expect(named).toEqual(dataset)
  })

  it('tells every other choice from all others, and one text is one dataset for each', async () => {
    const tokenizer = temporary.write('a.json', byteLevelFile([]))
    const other = temporary.write('b.json', byteLevelFile([[116, 104]]))
    const choices: ImportChoices[] = [
      {},
      { split: { validation: 0.2 } },
      { tokenizer: { kind: 'byte' } },
      { tokenizer: { kind: 'byte' }, split: { validation: 0.2 } },
      { tokenizer: { kind: 'bpe', vocabulary: 260 } },
      { tokenizer: { kind: 'bpe', vocabulary: 270 } },
      { tokenizer: { kind: 'file', path: tokenizer } },
      { tokenizer: { kind: 'file', path: other } },
      { newlines: 'unix' }, // there is none to change
    ]
    const datasets = []
    for (const choice of choices) datasets.push(await importText(choice))
    expect(new Set(datasets.map(({ id }) => id)).size).toBe(choices.length - 1)
    expect(new Set(datasets.map(({ sha256 }) => sha256)).size).toBe(1)
    for (const { id, sha256, identity } of datasets.slice(1, -1)) {
      expect(identity).toMatch(new RegExp(`^${id}[0-9a-f]{52}$`))
      expect(identity).not.toBe(sha256)
    }
    for (const [index, choice] of choices.entries()) expect(await importText(choice)).toEqual(datasets[index])
    expect(
      await importText({ tokenizer: { kind: 'file', path: temporary.write('c.json', byteLevelFile([])) } }),
    ).toEqual(datasets[6])
  })
})

describe('a text with a tokenizer', () => {
  const tokenizers: [string, () => ImportChoices['tokenizer'], number][] = [
    ['character', () => undefined, new Set(text).size],
    ['byte', () => ({ kind: 'byte' }), 256],
    ['bpe', () => ({ kind: 'bpe', vocabulary: 300 }), 300],
    [
      'file',
      () => ({
        kind: 'file',
        path: temporary.write(
          't.json',
          byteLevelFile([
            [116, 104],
            [256, 101],
          ]),
        ),
      }),
      258,
    ],
  ]
  it.each(tokenizers)(
    '%s comes back from its tokens, split at the same character',
    async (kind, choice, size) => {
      const tokenizer = choice()
      const dataset = await importText(tokenizer && { tokenizer })
      const { train, validation } = splitsOf(dataset.id)
      expect(dataset).toMatchObject({
        ...{ tokenizer: kind, vocabulary: size, train: train.length, validation: validation.length },
        split: { by: 'position', validation: 0.1 },
        bytes: Buffer.byteLength(text),
      })
      const { decode } = readTokenizer(library.folder(dataset.id))
      const cut = Math.floor(0.9 * characters.length)
      expect(decode(train)).toBe(characters.slice(0, cut).join(''))
      const rest = characters.slice(cut).join('')
      expect(decode(validation)).toBe(rest)
      expect(dataset.validationCharacters).toBe(characters.length - cut)
      expect(dataset.validationBytes).toBe(Buffer.byteLength(rest))
      expect(bitsPerByte(Math.LN2, dataset)).toBeCloseTo(validation.length / Buffer.byteLength(rest), 12)
      expect(readVocabulary(library.folder(dataset.id))).toHaveLength(size)
      expect(
        Object.values(dataset.baselines)
          .flat()
          .every((loss) => typeof loss !== 'number' || loss > 0),
      ).toBe(true)
    },
  )

  it('learns merges from the training split alone', async () => {
    file = temporary.write('text.txt', 'abababab '.repeat(90) + 'xyxyxyxy '.repeat(10))
    const { id, notes } = await importText({ tokenizer: { kind: 'bpe', vocabulary: 300 } })
    const vocabulary = readVocabulary(library.folder(id))
    expect(vocabulary.slice(256)).toContain(' abababab')
    expect(vocabulary.slice(256).some((token) => token.includes('x'))).toBe(false)
    expect(notes).toEqual([expect.stringMatching(/^The vocabulary has \d+ tokens, not 300: /)])
  })

  it('says where a tokenizer.json does not keep it as it is', async () => {
    const words = ['the', 'quick', 'brown', 'fox', '.']
    const path = temporary.write('words.json', wordPieceFile(words))
    const { notes, vocabulary } = await importText({ tokenizer: { kind: 'file', path } })
    expect(vocabulary).toBe(6)
    expect(notes).toEqual([expect.stringMatching(/does not keep the text as it is: "The quick/)])
  })

  it('is refused where its tokenizer cannot be read', async () => {
    const tokenizers = {
      'file-missing': path.join(temporary.path, 'none.json'),
      'file-damaged': temporary.write('broken.json', '{'),
      'invalid-request': undefined,
    }
    for (const [code, path] of Object.entries(tokenizers))
      await expect(importText({ tokenizer: { kind: 'file', path } })).rejects.toMatchObject({ code })
    expect(library.datasets()).toEqual([])
  })

  it('is found damaged where its merges are', async () => {
    const { id } = await importText({ tokenizer: { kind: 'bpe', vocabulary: 260 } })
    const merges = path.join(library.folder(id), 'merges.json')
    for (const content of ['[[1,2]]', '[[1,2],[1,2],[3,4],[5,6]]', '[[256,1],[3,4],[5,6],[7,8]]', '{}', '']) {
      fs.writeFileSync(merges, content)
      expect(() => readTokenizer(library.folder(id))).toThrow(
        expect.objectContaining({ code: 'dataset-damaged' }),
      )
    }
  })

  it.each([0.1, 0.5, 0.9, 1])('leaves nothing when it is cancelled at %f of the work', async (share) => {
    const controller = new AbortController()
    const onProgress = (bytes: number, total: number) => {
      if (bytes >= share * total) controller.abort()
    }
    const request = { files: [fileAt(file)], onProgress, signal: controller.signal }
    const tokenizer = { kind: 'bpe' as const, vocabulary: 300 }
    await expect(library.import({ ...request, tokenizer })).rejects.toMatchObject({ code: 'interrupted' })
    expect(fs.readdirSync(path.join(temporary.path, 'library'))).toEqual([])
  })
})

describe('a split by document', () => {
  const documents = Array.from(
    { length: 40 },
    (_, index) => `Document ${index} says ${'abc'.repeat(index)}.\n`,
  )

  /** The documents, each in two pieces, as a dataset in a folder of its own. */
  async function write(options: ImportOptions, given: readonly string[] = documents) {
    const pieces = async function* (): AsyncGenerator<TextPiece> {
      for (const document of given) {
        yield { text: document.slice(0, 5), endsDocument: false }
        yield { text: document.slice(5), endsDocument: true }
      }
    }
    const folder = fs.mkdtempSync(path.join(temporary.path, 'documents-'))
    const plan = textPlan({
      ...{ format: 'text', name: 'documents', files: [] },
      source: { read: pieces, notes: () => ['A note of the reader.'] },
    })
    const content = await plan.write(folder, options)
    if (content.kind !== 'text') throw new Error('expected a text')
    const { vocabulary, train, validation } = content
    const read = (first: number, length: number) => {
      const reader = openSplit(folder, { vocabulary, first, length })
      const tokens = new Int32Array(length)
      reader.read(0, tokens)
      reader.close()
      return readTokenizer(folder, content).decode(tokens)
    }
    return { content, folder, train: read(0, train), validation: read(train, validation) }
  }
  const documentsIn = (part: string) => part.split(/(?<=\n)/)

  it.each([undefined, { kind: 'byte' }, { kind: 'bpe', vocabulary: 270 }] as const)(
    'keeps documents whole and in order, with the tokenizer %j',
    async (tokenizer) => {
      const made = await write({ tokenizer, split: { by: 'document', validation: 0.25 } })
      const [train, validation] = [documentsIn(made.train), documentsIn(made.validation)]
      expect(validation).toHaveLength(10)
      expect(train).toEqual(documents.filter((document) => !validation.includes(document)))
      expect(validation).toEqual(documents.filter((document) => validation.includes(document)))
      expect(validation).not.toEqual(documents.slice(-10))
      expect(made.content).toMatchObject({
        split: { by: 'document', validation: 0.25, seed: 0 },
        notes: expect.arrayContaining(['A note of the reader.']) as string[],
        validationBytes: made.validation.length,
        validationCharacters: made.validation.length,
      })
      expect(fs.readdirSync(made.folder)).not.toContain('validation.staged')
    },
  )

  it('draws the same documents for a seed, whatever the tokenizer, and others for another', async () => {
    const drawn = async (options: ImportOptions) => (await write(options)).validation
    const first = await drawn({ split: { by: 'document' } })
    expect(documentsIn(first)).toHaveLength(4)
    expect(await drawn({ split: { by: 'document', seed: 0 }, tokenizer: { kind: 'byte' } })).toBe(first)
    expect(await drawn({ split: { by: 'document', seed: 1 } })).not.toBe(first)
  })

  it('has another identity where the same text is cut into other documents', async () => {
    const split = { by: 'document' } as const
    const [one, other] = [
      await write({ split }),
      await write({ split }, [documents.slice(0, 2).join(''), ...documents.slice(2)]),
    ]
    expect(other.content.sha256).toBe(one.content.sha256)
    expect(other.content.identity).not.toBe(one.content.identity)
  })

  it('is refused for a text that is one document, and takes one of two', async () => {
    await expect(write({ split: { by: 'document' } }, [text])).rejects.toMatchObject({
      code: 'invalid-request',
    })
    const { train, validation } = await write({ split: { by: 'document', validation: 0.9 } }, [text, text])
    expect([train, validation]).toEqual([text, text])
  })

  it('is refused where a part has too few tokens', async () => {
    await expect(
      write({ split: { validation: 0.001 } }, ['a text of forty characters, more or less']),
    ).rejects.toMatchObject({
      code: 'text-too-short',
      message: expect.stringMatching(/1 validation tokens/) as string,
    })
  })
})
