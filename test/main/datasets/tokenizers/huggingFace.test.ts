import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytePairTokenizer } from '../../../../src/main/datasets/tokenizers/bytePairs.ts'
import { huggingFaceTokenizer } from '../../../../src/main/datasets/tokenizers/huggingFace.ts'
import { WorkbenchError } from '../../../../src/shared/errors.ts'
import { anyText, decodeInPieces, encodeInPieces } from './pieces.ts'
import { byteLevelFile, trainedFile, wordPieceFile } from './tokenizerFiles.ts'

const reference = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../../../fixtures/tokenizers/reference.json'), 'utf8'),
) as { merges: [number, number][]; corpus: string }
const byteLevel = huggingFaceTokenizer(byteLevelFile(reference.merges), 'tokenizer.json')

describe('a byte-level tokenizer.json', () => {
  it('gives the tokens that the same merges give here', () => {
    const own = bytePairTokenizer(reference.merges)
    expect(byteLevel.size).toBe(own.size)
    expect([...byteLevel.encode(reference.corpus)]).toEqual([...own.encode(reference.corpus)])
    fc.assert(
      fc.property(
        anyText.map((text) => [...text].slice(0, 128).join('')),
        (text) => {
          expect([...byteLevel.encode(text)]).toEqual([...own.encode(text)])
        },
      ),
    )
    for (let id = 0; id < own.size; id++) expect(byteLevel.label(id)).toBe(own.label(id))
  })

  it('gives back any text, and says characters when they are whole', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = byteLevel.encode(text)
        expect(byteLevel.decode(ids)).toBe(text)
        expect(decodeInPieces(byteLevel, ids).join('')).toBe(text)
      }),
    )
    const euro = [...Buffer.from('€')]
    expect(decodeInPieces(byteLevel, [65, ...euro, 66])).toEqual(['A', '€', 'B'])
    expect(decodeInPieces(byteLevel, euro.slice(0, 2))).toEqual(['\ufffd'])
  })

  it('encodes a long text in pieces that end behind lines or between words', () => {
    const words = Array.from({ length: 9000 }, (_, index) => `word${index % 71}`)
    const own = bytePairTokenizer(reference.merges)
    for (const text of [words.join(' '), words.join('\n'), `${words.join(' ')}\n`.repeat(2)]) {
      const whole = [...own.encode(text)]
      expect([...byteLevel.encode(text)]).toEqual(whole)
      expect(encodeInPieces(byteLevel, text, 1000)).toEqual(whole)
    }
    const unbroken = '🙂'.repeat(20_000)
    expect(byteLevel.decode(byteLevel.encode(unbroken))).toBe(unbroken)
    expect(encodeInPieces(byteLevel, unbroken, 999)).toEqual([...byteLevel.encode(unbroken)])
  })
})

describe('a tokenizer.json of words', () => {
  const words = huggingFaceTokenizer(wordPieceFile(['hello', 'world', '##s', '!']), 'tokenizer.json')

  it('has a token for what is unknown', () => {
    expect([...words.encode('Hello worlds, hello!')]).toEqual([1, 2, 3, 0, 1, 4])
    expect(words.label(3)).toBe('##s')
  })

  it('says what follows a prompt with the space between', () => {
    const prompt = [...words.encode('hello')]
    expect(decodeInPieces(words, words.encode('worlds'), prompt)).toEqual([' world', 's'])
  })

  it('refuses ids that it does not have', () => {
    expect(() => words.decode([5])).toThrow(RangeError)
    expect(() => words.decode([-1])).toThrow(RangeError)
  })
})

describe('a tokenizer.json as the library saves one that it trained', () => {
  const trained = huggingFaceTokenizer(trainedFile(), 'tokenizer.json')

  it('gives the tokens of its merges, worked out by hand', () => {
    expect(trained.size).toBe(18)
    //        hello | Ġw | ö | r | l | d
    expect([...trained.encode('hello wörld')]).toEqual([15, 16, 17, 7, 5, 2])
    expect([...trained.encode('<|endoftext|>hold')]).toEqual([0, 4, 6, 5, 2])
  })

  it('gives its text back', () => {
    expect(trained.decode(trained.encode('hello wörld'))).toBe('hello wörld')
    expect(trained.label(16)).toBe(' w')
  })
})

describe('a tokenizer.json that cannot be used', () => {
  const file = JSON.parse(byteLevelFile([])) as { model: Record<string, unknown> }
  const changed = (changes: object) => JSON.stringify({ ...file, ...changes })
  const model = (changes: object) => changed({ model: { ...file.model, ...changes } })
  const nested = (depth: number): object =>
    depth === 0
      ? { type: 'ByteLevel', use_regex: true }
      : { type: 'Sequence', pretokenizers: [nested(depth - 1)] }

  it.each([
    ['no JSON', '{', 'file-damaged', /no tokenizer\.json/],
    ['a list', '[]', 'file-damaged', /no tokenizer\.json/],
    ['nothing in it', '{}', 'file-damaged', /model/],
    ['a model of another kind', model({ type: 'Magic' }), 'file-damaged', /model/],
    ['a huge id', model({ vocab: { a: 2 ** 40 } }), 'file-damaged', /vocab/],
    ['a negative id', model({ vocab: { a: -1 } }), 'file-damaged', /vocab/],
    ['merges of another shape', model({ merges: [[1, 2, 3]] }), 'file-damaged', /merges/],
    ['random merges', model({ dropout: 0.1 }), 'file-damaged', /dropout/],
    ['an unknown normalizer', changed({ normalizer: { type: 'Rot13' } }), 'unsupported-format', /Rot13/],
    [
      'an unknown part of a sequence',
      changed({ pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'UnicodeScripts' }] } }),
      'unsupported-format',
      /UnicodeScripts/,
    ],
    ['a sequence without parts', changed({ decoder: { type: 'Sequence' } }), 'file-damaged', /decoders/],
    ['many sequences in one another', changed({ pre_tokenizer: nested(20) }), 'unsupported-format', /deep/],
    [
      'a pattern that is none',
      changed({ pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } }),
      'unsupported-format',
      /cannot be used/,
    ],
    [
      'a pattern of another kind',
      changed({ pre_tokenizer: { type: 'Split', pattern: { Glob: '*' } } }),
      'unsupported-format',
      /pattern/,
    ],
  ])('is refused: %s', (_, content, code, message) => {
    expect(() => huggingFaceTokenizer(content, 'tokenizer.json')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.any(String) }),
    )
  })

  it('is refused for a pattern that does not come to an end', () => {
    const hostile = changed({
      pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false },
    })
    const tokenizer = huggingFaceTokenizer(hostile, 'tokenizer.json', { milliseconds: 50 })
    expect(() => tokenizer.encode(`${'a'.repeat(60)}!`)).toThrow(
      expect.objectContaining({ code: 'unsupported-format', message: expect.stringMatching(/50 ms/) }),
    )
  })

  it('never fails otherwise, whatever is in it', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: false, maxDepth: 4 }), fc.anything(), (vocab, part) => {
        const content = JSON.stringify({
          ...file,
          model: { ...file.model, vocab },
          ...{ normalizer: part, pre_tokenizer: { type: 'Sequence', pretokenizers: part } },
        })
        expect(() => huggingFaceTokenizer(content, 'tokenizer.json')).toThrow(WorkbenchError)
      }),
    )
  })
})
