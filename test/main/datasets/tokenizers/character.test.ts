import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { characterTokenizer } from '../../../../src/main/datasets/tokenizers/character.ts'

describe('the character tokenizer', () => {
  it('gives back any text of its characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
        const tokenizer = characterTokenizer(characters)
        const ids = tokenizer.encode(text)
        expect(ids).toHaveLength([...text].length)
        expect(ids.every((id) => id >= 0 && id < tokenizer.size)).toBe(true)
        expect(tokenizer.decode(ids)).toBe(text)
      }),
    )
  })

  it('counts a surrogate pair as one token', () => {
    const tokenizer = characterTokenizer(['a', '\u{1f600}'])
    expect([...tokenizer.encode('a\u{1f600}a')]).toEqual([0, 1, 0])
  })

  it('names a character that it does not know', () => {
    const tokenizer = characterTokenizer(['a', 'c'])
    for (const [text, name] of [
      ['abc', '"b" (U+0062)'],
      ['a\u{1f600}', '(U+1F600)'],
    ] as const)
      expect(() => tokenizer.encode(text)).toThrow(
        expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining(name) }),
      )
  })

  it('refuses an id that it does not have', () => {
    expect(() => characterTokenizer(['a']).decode([0, 1])).toThrow(RangeError)
  })
})
