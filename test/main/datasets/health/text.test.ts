/** What is counted of a text, on texts in which the right answer is known; and by definition, on any text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countTokens, tokenFrequencies } from '../../../../src/main/datasets/health/frequencies.ts'
import { surveyLines } from '../../../../src/main/datasets/health/lines.ts'
import { oddGroup, surveyOddCharacters } from '../../../../src/main/datasets/health/oddCharacters.ts'
import { findRepetition } from '../../../../src/main/datasets/health/repetition.ts'
import { samplePassages } from '../../../../src/main/datasets/health/samples.ts'
import { textOf } from '../../../../src/main/datasets/health/passing.ts'
import { byteTokenizer } from '../../../../src/main/datasets/tokenizers/byte.ts'
import { characterTokenizer } from '../../../../src/main/datasets/tokenizers/character.ts'
import type { Tokenizer } from '../../../../src/main/datasets/tokenizers/tokenizer.ts'
import { uniformAt } from '../../../../src/main/engine/random.ts'
import type { TokenizerKind } from '../../../../src/shared/experiment.ts'
import { tokensOf } from './readers.ts'

const asText = (tokens: Int32Array) => String.fromCodePoint(...tokens)
/** Tokens that repeat nothing by chance. */
const noise = (length: number, seed: number) =>
  Int32Array.from({ length }, (_, index) => Math.floor(uniformAt(seed, 'split', 0, index) * 200))

describe('findRepetition', () => {
  it('finds the planted share, wherever in training the windows stand and in whichever block', async () => {
    const validation = noise(10 * 64, 1)
    const train = noise(200_000, 2)
    // windows 0, 4 and 9, at odd places, one of them across the end of a block of 65,536 tokens
    ;[
      [0, 17],
      [4, 65_536 - 20],
      [9, 200_000 - 64],
    ].forEach(([window, at]) => train.set(validation.subarray(window! * 64, window! * 64 + 64), at))
    const found = await findRepetition(tokensOf(train), tokensOf(validation), asText)
    expect(found).toMatchObject({ window: 64, windows: 10, examined: 10, found: 3 })
    expect(found.examples[1]).toBe(asText(validation.subarray(256, 320)))
  })

  it('counts no window of which one token differs', async () => {
    const validation = noise(128, 3)
    const train = noise(5000, 4)
    train.set(validation, 1000)
    train[1000 + 63]!++
    const found = await findRepetition(tokensOf(train), tokensOf(validation), asText)
    expect(found).toMatchObject({ windows: 2, found: 1 })
  })

  it('examines evenly spread windows where there are many, and none of a split that has none', async () => {
    const validation = noise(100 * 8, 5)
    const train = tokensOf(validation)
    const options = { window: 8, most: 30 }
    expect(await findRepetition(train, tokensOf(validation), asText, options)).toMatchObject({
      windows: 100,
      examined: 25,
      found: 25,
    })
    expect(await findRepetition(train, tokensOf(validation.subarray(0, 7)), asText, options)).toMatchObject({
      windows: 0,
      examined: 0,
      found: 0,
    })
  })

  it('says of any tokens what looking at every place says', async () => {
    // few different tokens, so that there are many accidental and partial matches
    const tokens = fc.array(fc.nat(1), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(tokens, tokens, fc.integer({ min: 1, max: 6 }), async (train, validation, window) => {
        const text = `,${train.join(',')},`
        const windows = Math.floor(validation.length / window)
        const found = Array.from({ length: windows }, (_, index) =>
          text.includes(`,${validation.slice(index * window, (index + 1) * window).join(',')},`),
        )
        const said = await findRepetition(tokensOf(train), tokensOf(validation), asText, { window })
        expect(said.found).toBe(found.filter(Boolean).length)
      }),
    )
  })
})

describe('surveyLines', () => {
  const survey = (...pieces: string[]) => {
    const lines = surveyLines()
    pieces.forEach(lines.add)
    return lines.result()
  }

  it('counts lines, their characters and their ends', () => {
    expect(survey('one\ntwo words\r\n\r\nlast😀')).toEqual({
      lines: 4,
      empty: 1,
      shortest: 0,
      median: 3,
      longest: 9,
      bins: [
        { from: 0, to: 0, lines: 1 },
        { from: 1, to: 1, lines: 0 },
        { from: 2, to: 3, lines: 1 },
        { from: 4, to: 7, lines: 1 },
        { from: 8, to: 15, lines: 1 },
      ],
      ends: { lf: 1, crlf: 2, cr: 0 },
    })
  })

  it('takes CR and LF that two pieces part as one line end, and a last CR as one', () => {
    expect(survey('a\r', '\nb\r')).toMatchObject({ lines: 2, ends: { lf: 0, crlf: 1, cr: 1 } })
    expect(survey('')).toMatchObject({ lines: 0, shortest: 0, median: 0, longest: 0, bins: [] })
  })

  it('agrees with splitting any text, in any pieces', () => {
    const piece = fc.array(fc.constantFrom('a', '\n', '\r', '😀'), { maxLength: 8 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.flat().join('')
        const lines = text.split(/\r\n|\n|\r/)
        if (lines.at(-1) === '') lines.pop()
        const lengths = lines.map((line) => [...line].length)
        const said = survey(...pieces.map((characters) => characters.join('')))
        expect(said.lines).toBe(lines.length)
        expect(said.longest).toBe(Math.max(0, ...lengths))
        expect(said.empty).toBe(lengths.filter((length) => length === 0).length)
        expect(said.median).toBe(lengths.sort((a, b) => a - b)[Math.ceil(lengths.length / 2) - 1] ?? 0)
        expect(said.bins.reduce((sum, bin) => sum + bin.lines, 0)).toBe(lines.length)
      }),
    )
  })
})

describe('surveyOddCharacters', () => {
  it('finds what was planted, and nothing in ordinary text', () => {
    const odd = surveyOddCharacters()
    odd.add('Grüße,\tあ 😀\r\nno\u00a0break\u200b\u200b')
    odd.add('\ufffd\u0007\u200b\u202e\u2028\ue000\u{1fffe}')
    expect(odd.result().map(({ codePoint, group, count }) => [codePoint, group, count])).toEqual([
      [0x200b, 'zero-width', 3],
      [0x07, 'control', 1],
      [0x2028, 'line-separator', 1],
      [0x202e, 'direction', 1],
      [0xe000, 'private-use', 1],
      [0xfffd, 'replacement', 1],
      [0x1fffe, 'noncharacter', 1],
    ])
  })

  it('takes every letter, number, mark, punctuation, symbol and space for ordinary', () => {
    const wrong: string[] = []
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const character = String.fromCodePoint(codePoint)
      const isOrdinary = codePoint !== 0xfffd && /^[\p{L}\p{N}\p{M}\p{P}\p{S}\p{Zs}\t\n\r]$/u.test(character)
      const isOdd = /^[\p{Cc}\p{Co}]$/u.test(character) && !'\t\n\r'.includes(character)
      const group = oddGroup(codePoint)
      if ((isOrdinary && group !== undefined) || (isOdd && group === undefined))
        wrong.push(`U+${codePoint.toString(16)} ${group}`)
    }
    expect(wrong).toEqual([])
  })
})

describe('tokenFrequencies', () => {
  it('tells frequent, rare, seldom and unseen tokens apart', async () => {
    const train = await countTokens(tokensOf([...Array<number>(12).fill(1), 2, 2]), 5)
    const validation = await countTokens(tokensOf([1, 3, 3]), 5)
    const letters = ['a', 'b', 'c', 'd', 'e']
    expect(tokenFrequencies(train, validation, (token) => letters[token]!)).toEqual({
      used: 3,
      seldom: 1,
      unseen: 1,
      unseenPlaces: 2,
      frequent: [
        { token: 1, text: 'b', count: 13 },
        { token: 2, text: 'c', count: 2 },
        { token: 3, text: 'd', count: 2 },
      ],
      rare: [],
    })
  })
})

describe('textOf', () => {
  const read = async (text: string, kind: TokenizerKind, tokenizer: Tokenizer) => {
    const pieces: string[] = []
    for await (const piece of textOf(tokensOf(tokenizer.encode(text)), tokenizer, kind)) pieces.push(piece)
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true)
    return pieces.join('')
  }

  it('is the text that was encoded, whatever its tokens are, also across blocks', async () => {
    const text = 'Grüße 😀\n'.repeat(9000)
    const characters = characterTokenizer([...new Set(text)].sort())
    expect(await read(text, 'character', characters)).toBe(text)
    expect(await read(text, 'byte', byteTokenizer())).toBe(text)
  })
})

describe('samplePassages', () => {
  const codes = (text: string) => Int32Array.from(text, (character) => character.codePointAt(0)!)

  it('shows several places, each from where a line begins', () => {
    const text = Array.from({ length: 200 }, (_, line) => `line number ${line}\n`).join('')
    const train = tokensOf(codes(text))
    const passages = samplePassages({ train, validation: tokensOf(codes('short')) }, asText)
    expect(passages.map(({ split }) => split)).toEqual(['train', 'train', 'train', 'train', 'validation'])
    for (const { split, at, text: shown } of passages) {
      expect(shown).toMatch(split === 'train' ? /^line number \d+\n/ : /^short$/)
      if (split === 'train') expect(text.slice(at)).toContain(shown)
    }
  })
})
