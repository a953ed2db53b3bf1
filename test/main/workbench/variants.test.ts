import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openVariants, readVariantFile, type Variants } from '../../../src/main/workbench/variants.ts'
import { ownVariantSchema } from '../../../src/shared/attention.ts'
import { variants as builtIn } from '../../../src/shared/catalogue/variants.ts'
import { variantSchema } from '../../../src/shared/contract.ts'

let home: string
let folder: string
let variants: Variants
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-variants-'))
  folder = path.join(home, 'variants')
  variants = openVariants(folder)
})
afterEach(() => fs.rmSync(home, { recursive: true }))

const mine = ownVariantSchema.parse({
  id: 'cosine-laplacian',
  name: 'Cosine Laplacian',
  meaning: 'Directions only.',
  axes: { score: 'cosine', operator: 'laplacian', block: { norm: 'rms' } },
})
const write = (name: string, content: unknown) => {
  fs.mkdirSync(folder, { recursive: true })
  const file = path.join(folder, name)
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

describe('own variants', () => {
  it('are none at first, and looking makes no folder', () => {
    expect(variants.read()).toEqual({ variants: builtIn, problems: [] })
    expect(fs.existsSync(folder)).toBe(false)
  })

  it('are saved as a row that says what they are, and read by any process', () => {
    const row = variants.save(mine)
    expect(variantSchema.parse(row)).toEqual(row)
    expect(row).toMatchObject({
      id: 'cosine-laplacian',
      name: 'Cosine Laplacian',
      own: true,
      futureLeak: null,
    })
    expect(row.axes).toEqual(mine.axes)
    expect(openVariants(folder).read().variants).toEqual([...builtIn, row])
    expect(fs.readdirSync(folder)).toEqual(['cosine-laplacian.json'])
  })

  it('lie in files that name only what differs from standard attention', () => {
    variants.save(mine)
    const file = path.join(folder, 'cosine-laplacian.json')
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({
      ...mine,
      axes: { score: 'cosine', operator: 'laplacian', block: { norm: 'rms' } },
    })
    expect(readVariantFile(file)).toEqual(mine)
  })

  it('replace the earlier one of their id, and go by the id where they have no name', () => {
    variants.save(mine)
    const { name: _, ...nameless } = mine
    const row = variants.save({ ...nameless, meaning: 'Again.' })
    expect(row).toMatchObject({ name: 'cosine-laplacian', meaning: 'Again.' })
    expect(variants.read().variants).toEqual([...builtIn, row])
  })

  it('that would see the future say so', () => {
    const axes = { ...mine.axes, normaliser: 'sinkhorn' as const }
    expect(variants.save({ ...mine, axes }).futureLeak).toMatch(/columns/)
  })

  it('are removed for good', () => {
    variants.save(mine)
    variants.remove(mine.id)
    expect(variants.read()).toEqual({ variants: builtIn, problems: [] })
    expect(() => variants.remove(mine.id)).toThrow(expect.objectContaining({ code: 'unknown-attention' }))
  })
})

describe('what is refused', () => {
  it('the id of a built-in variant', () => {
    expect(() => variants.save({ ...mine, id: 'standard' })).toThrow(/name of a built-in variant/)
    expect(() => variants.remove('standard')).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })

  it('axes that contradict each other', () => {
    const axes = { ...mine.axes, keyAdaptation: 1 }
    expect(() => variants.save({ ...mine, axes })).toThrow(/contradicts itself: keys adapt/)
    expect(fs.existsSync(folder)).toBe(false)
  })

  it('an id that leads out of the folder', () => {
    const outside = path.join(home, 'outside.json')
    fs.writeFileSync(outside, '{}')
    variants.save(mine)
    expect(() => variants.remove('../outside')).toThrow(
      expect.objectContaining({ code: 'unknown-attention' }),
    )
    expect(fs.existsSync(outside)).toBe(true)
  })

  it('a home where nothing can be written', () => {
    fs.writeFileSync(folder, 'a file where the folder should be')
    expect(() => variants.save(mine)).toThrow(expect.objectContaining({ code: 'home-unwritable' }))
    expect(variants.read().variants).toEqual(builtIn)
  })
})

describe('damaged files', () => {
  it.each<[string, string, unknown, RegExp]>([
    ['no JSON', 'broken.json', '{"id":', /broken\.json could not be read as JSON/],
    ['no id', 'nameless.json', { axes: {} }, /nameless\.json describes no attention variant: .* at id/],
    ['an unknown axis', 'odd.json', { id: 'odd', axes: { scor: 'dot' } }, /Unrecognized key: "scor" at axes/],
    [
      'an unknown choice',
      'odd.json',
      { id: 'odd', axes: { score: 'dto' } },
      /expected one of "dot".* at axes.score/,
    ],
    ['another id than its name', 'copy.json', { id: 'original', axes: {} }, /Rename it to original\.json/],
    ['the id of a built-in variant', 'l2.json', { id: 'l2', axes: {} }, /built-in/],
    ['a contradiction', 'no.json', { id: 'no', axes: { keyAdaptation: 1 } }, /contradicts itself/],
    ['a megabyte', 'big.json', ' '.repeat(2 ** 20), /1048576 bytes/],
  ])('that hold %s are reported, and hide no other variant', (_, name, content, problem) => {
    const row = variants.save(mine)
    write(name, content)
    const read = variants.read()
    expect(read.variants).toEqual([...builtIn, row])
    expect(read.problems).toEqual([expect.stringMatching(problem)])
    expect(read.problems[0]).not.toContain('\n')
  })

  it('can be removed', () => {
    write('broken.json', '{')
    variants.remove('broken')
    expect(variants.read().problems).toEqual([])
  })

  it('are no variants where they are no JSON files at all', () => {
    variants.save(mine)
    write('notes.txt', 'remember')
    write('cosine-laplacian.json.half', '{')
    expect(variants.read().problems).toEqual([])
  })
})

describe('readVariantFile', () => {
  it('completes what a file leaves neutral', () => {
    const file = write('a.json', { id: 'a', axes: { score: 'distance' } })
    expect(readVariantFile(file)).toMatchObject({
      id: 'a',
      meaning: '',
      axes: { score: 'distance', gamma: 0 },
    })
  })

  it('says what is not there, and what is no file', () => {
    expect(() => readVariantFile(path.join(home, 'none.json'))).toThrow(
      expect.objectContaining({ code: 'file-missing' }),
    )
    expect(() => readVariantFile(home)).toThrow(expect.objectContaining({ code: 'not-a-file' }))
  })
})
