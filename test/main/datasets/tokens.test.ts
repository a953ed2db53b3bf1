import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../src/main/datasets/library.ts'
import { openSplit, openTokens } from '../../../src/main/datasets/tokens.ts'
import { temporaryFolder } from './folders.ts'

const temporary = temporaryFolder()

describe('the token reader', () => {
  it.each([
    ['uint16', 65_536, Uint16Array],
    ['uint32', 65_537, Uint32Array],
  ] as const)('gives any range of a split of %s tokens', (_, vocabulary, Form) => {
    // longer than the reader's block, so that reads are put together
    const stored = new Form(Array.from({ length: 150_000 }, (_, index) => (index * 7919) % vocabulary))
    temporary.write('tokens.bin', new Uint8Array(stored.buffer))
    const [first, length] = [5_000, 140_000]
    const reader = openSplit(temporary.path, { vocabulary, first, length })
    fc.assert(
      fc.property(fc.nat(length), fc.nat(length), (a, b) => {
        const [offset, end] = [Math.min(a, b), Math.max(a, b)]
        const target = new Int32Array(end - offset)
        reader.read(offset, target)
        const expected = stored.subarray(first + offset, first + end)
        // not toEqual, which takes seconds for arrays of this length
        expect(target.every((token, index) => token === expected[index])).toBe(true)
        expect(target).toHaveLength(expected.length)
      }),
      { numRuns: 50, examples: [[0, length]] },
    )
    reader.close()
  })

  it('keeps within its split', async () => {
    const library = openLibrary(path.join(temporary.path, 'library'))
    const text = 'abcdefghijklmnopqrst'
    const { id } = await library.import({ files: [fileAt(temporary.write('a.txt', text))] })
    const train = openTokens(library.folder(id), 'train')
    const validation = openTokens(library.folder(id), 'validation')
    expect([train.length, validation.length]).toEqual([18, 2])
    const two = new Int32Array(2)
    validation.read(0, two)
    expect([...two]).toEqual([18, 19])
    train.read(16, two)
    expect([...two]).toEqual([16, 17])
    for (const offset of [-1, 17, 0.5, NaN]) expect(() => train.read(offset, two)).toThrow(RangeError)
    expect(() => validation.read(1, two)).toThrow(RangeError)
    train.close()
    validation.close()
  })

  it('reports a file that is cut while it is open', async () => {
    const library = openLibrary(path.join(temporary.path, 'library'))
    const { id } = await library.import({ files: [fileAt(temporary.write('a.txt', 'abcdefghijklmnopqrst'))] })
    const reader = openTokens(library.folder(id), 'validation')
    fs.truncateSync(path.join(library.folder(id), 'tokens.bin'), 37)
    expect(() => reader.read(0, new Int32Array(2))).toThrow(
      expect.objectContaining({ code: 'dataset-damaged' }),
    )
    reader.close()
  })

  it('reports a dataset that is damaged', () => {
    expect(() => openTokens(temporary.path, 'train')).toThrow(
      expect.objectContaining({ code: 'dataset-damaged' }),
    )
  })
})
