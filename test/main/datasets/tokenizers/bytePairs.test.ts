import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteTokenizer } from '../../../../src/main/datasets/tokenizers/byte.ts'
import { bytePairTokenizer } from '../../../../src/main/datasets/tokenizers/bytePairs.ts'
import { learnMerges, type Merges } from '../../../../src/main/datasets/tokenizers/merges.ts'
import { createWordCounter } from '../../../../src/main/datasets/tokenizers/wordCounts.ts'
import { createWords } from '../../../../src/main/datasets/tokenizers/words.ts'
import { anyText, decodeInPieces, encodeInPieces } from './pieces.ts'

/** What test/fixtures/tokenizers/reference.py prints. */
const reference = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../../../fixtures/tokenizers/reference.json'), 'utf8'),
) as {
  corpus: string
  vocabulary: number
  merges: [number, number][]
  samples: { text: string; ids: number[] }[]
}

function wordCounts(text: string) {
  const counter = createWordCounter()
  counter.push(text)
  counter.end()
  return counter.result().counts
}
const learn = (text: string, vocabulary: number): Promise<Merges> => learnMerges(wordCounts(text), vocabulary)

describe('byte pair encoding', () => {
  it('learns the merges of the reference, and gives its tokens', async () => {
    const merges = await learn(reference.corpus, reference.vocabulary)
    expect(merges).toEqual(reference.merges)
    const { encode, size } = bytePairTokenizer(merges)
    expect(size).toBe(reference.vocabulary)
    for (const { text, ids } of reference.samples) expect([...encode(text)], text).toEqual(ids)
  })

  it('learns the same from words in any order', async () => {
    const counts = [...wordCounts(reference.corpus)]
    expect(await learnMerges(new Map(counts.reverse()), 300)).toEqual(reference.merges.slice(0, 44))
  })

  it('ends where no pair occurs twice', async () => {
    expect(await learn('abcdefg', 1000)).toEqual([])
    const merges = await learn('ab ab', 1000) // "ab" and " ab"
    expect(merges).toEqual([[97, 98]])
  })

  it('merges what a text of one letter has, from the left', async () => {
    const merges = await learn('aaaaa', 1000)
    expect(merges).toEqual(
      [
        [97, 97],
        [256, 256],
      ].slice(0, merges.length),
    )
    expect([...bytePairTokenizer(merges).encode('aaaaa')].at(-1)).toBe(97)
  })

  it('can be given up', async () => {
    const check = () => {
      throw new Error('given up')
    }
    const counts = new Map(Array.from({ length: 20_000 }, (_, index) => [` word${index}`, 2]))
    await expect(learnMerges(counts, 60_000, check)).rejects.toThrow('given up')
  })

  it('gives back any text, whole and piece by piece', () => {
    const tokenizer = bytePairTokenizer(reference.merges)
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, size) => {
        const ids = tokenizer.encode(text)
        expect(ids.every((id) => id >= 0 && id < tokenizer.size)).toBe(true)
        expect(tokenizer.decode(ids)).toBe(text)
        expect(decodeInPieces(tokenizer, ids).join('')).toBe(text)
        expect(encodeInPieces(tokenizer, text, size)).toEqual([...ids])
      }),
    )
  })

  it.each(['x', '東', ' ', '1', '!', "'s", 'x '])('ends runs of %j wherever the pieces end', (unit) => {
    const tokenizer = bytePairTokenizer(reference.merges)
    const text = `a${unit.repeat(1000)}b`
    const whole = [...tokenizer.encode(text)]
    for (const size of [1, 7, 128, 129, 500]) expect(encodeInPieces(tokenizer, text, size)).toEqual(whole)
    expect(tokenizer.decode(whole)).toBe(text)
  })

  it('says what its tokens are, also those that are parts of characters', () => {
    const { label } = bytePairTokenizer([
      [0xe2, 0x82],
      [256, 0xac],
      [32, 256],
      [0xf0, 0x9f],
    ])
    expect([65, 10, 0xe2, 256, 257, 258, 259].map(label)).toEqual([
      ...['A', '\n', '<0xE2>', '<0xE2><0x82>', '€', ' <0xE2><0x82>', '<0xF0><0x9F>'],
    ])
    expect(() => label(260)).toThrow(RangeError)
  })
})

describe('the byte tokenizer', () => {
  const tokenizer = byteTokenizer()

  it('gives back any text, and has a token for every byte', () => {
    expect(tokenizer.size).toBe(256)
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 9 }), (text, size) => {
        const ids = tokenizer.encode(text)
        expect([...ids]).toEqual([...Buffer.from(text)])
        expect(tokenizer.decode(ids)).toBe(text)
        expect(encodeInPieces(tokenizer, text, size)).toEqual([...ids])
      }),
    )
  })

  it('says characters when they are whole, and what never became one as U+FFFD', () => {
    const euro = [...Buffer.from('€')]
    expect(decodeInPieces(tokenizer, [65, ...euro, 66])).toEqual(['A', '€', 'B'])
    expect(decodeInPieces(tokenizer, [euro[0]!, 65])).toEqual(['\ufffdA'])
    expect(decodeInPieces(tokenizer, euro.slice(0, 2))).toEqual(['\ufffd'])
    expect(decodeInPieces(tokenizer, euro.slice(1), euro.slice(0, 1))).toEqual(['€'])
    expect(() => tokenizer.decode([256])).toThrow(RangeError)
  })

  it('takes half a surrogate pair as U+FFFD', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb')
  })
})

describe('words', () => {
  it("are cut as GPT-2's pattern cuts them, without leaving anything out", () => {
    const cut = (text: string) => {
      const words = createWords()
      return [...words.push(text), ...words.end()]
    }
    expect(cut("I'll say: it's 1999...  no")).toEqual([
      ...['I', "'ll", ' say', ':', ' it', "'s", ' 1999', '...', ' ', ' no'],
    ])
    const gpt2 = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu
    fc.assert(
      fc.property(
        anyText.map((text) => [...text].slice(0, 128).join('')),
        (text) => {
          expect(cut(text)).toEqual([...(text.match(gpt2) ?? [])])
        },
      ),
    )
  })

  it('are counted up to a limit, and what is left out is counted too', () => {
    const counter = createWordCounter({ words: 2, bytes: 100 })
    for (const text of ['one', ' two', ' three', ' two', ' three']) counter.push(text)
    counter.end()
    expect(counter.result()).toEqual({
      counts: new Map([
        ['one', 1],
        [' two', 2],
      ]),
      leftOut: 2,
    })
    const small = createWordCounter({ words: 100, bytes: 5 })
    small.push('abc defg abc')
    small.end()
    expect(small.result().leftOut).toBe(2)
  })
})
