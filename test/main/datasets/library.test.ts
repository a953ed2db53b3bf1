import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { datasetSchema } from '../../../src/shared/experiment.ts'
import { samplesFolder } from '../../../src/main/paths.ts'
import { requireKind } from '../../../src/main/datasets/format.ts'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../src/main/datasets/library.ts'
import type { Library } from '../../../src/main/datasets/library.ts'
import type { TextDataset } from '../../../src/shared/experiment.ts'
import { characterTokenizer } from '../../../src/main/datasets/tokenizers/character.ts'
import { readVocabulary } from '../../../src/main/datasets/tokenizers/index.ts'
import { openTokens } from '../../../src/main/datasets/tokens.ts'
import { temporaryFolder } from './folders.ts'

const temporary = temporaryFolder()
const tinyshakespeare = path.join(samplesFolder, 'tinyshakespeare.txt')
const sentence = 'The quick brown fox jumps over the lazy dog.\n'

let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'home', 'library')
  library = openLibrary(root)
})

async function importText(file: string): Promise<TextDataset> {
  const dataset = await library.import({ files: [fileAt(file)] })
  requireKind(dataset, 'text')
  return dataset
}

function readAll(folder: string, split: 'train' | 'validation'): Int32Array {
  const reader = openTokens(folder, split)
  const tokens = new Int32Array(reader.length)
  reader.read(0, tokens)
  reader.close()
  return tokens
}

describe('importing tinyshakespeare', () => {
  it("gives nanoGPT's vocabulary, ids and split, and the baselines of the theory", async () => {
    const dataset = await importText(tinyshakespeare)
    expect(datasetSchema.parse(dataset)).toEqual(dataset)
    expect(dataset).toMatchObject({
      id: '86c4e6aa9db7',
      name: 'tinyshakespeare',
      sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
      bytes: 1_115_394,
      train: 1_003_854,
      validation: 111_540,
      vocabulary: 65,
      tokenizer: 'character',
    })
    expect(dataset.preview).toMatch(/^First Citizen:\nBefore we proceed/)
    expect(dataset.baselines.uniform).toBeCloseTo(4.1744, 4)
    expect(dataset.baselines.unigram).toBeCloseTo(3.3473, 4)
    expect(dataset.baselines.bigram).toBeCloseTo(2.4819, 4)

    const folder = library.folder(dataset.id)
    const characters = readVocabulary(folder)
    expect(characters.join('')).toBe("\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    const train = readAll(folder, 'train')
    // what nanoGPT's prepare.py gives for "First Citizen"
    expect([...train.subarray(0, 13)]).toEqual([18, 47, 56, 57, 58, 1, 15, 47, 58, 47, 64, 43, 52])
    const tokenizer = characterTokenizer(characters)
    const text = fs.readFileSync(tinyshakespeare, 'utf8')
    expect(tokenizer.decode(train) + tokenizer.decode(readAll(folder, 'validation'))).toBe(text)
    expect(fs.statSync(path.join(folder, 'tokens.bin')).size).toBe(2 * 1_115_394)
  })
})

describe('importing', () => {
  it('adds baselines that an earlier version did not measure when the same bytes come again', async () => {
    const file = temporary.write('a.txt', sentence.repeat(20))
    const dataset = await importText(file)
    const { wittenBell, ...earlier } = dataset.baselines
    expect(wittenBell!.losses).toHaveLength(8)
    const folder = library.folder(dataset.id)
    const old = { ...dataset, baselines: earlier }
    fs.writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(old))
    expect(library.datasets()).toEqual([old]) // not damaged by what is missing
    expect(await importText(file)).toEqual(dataset)
    expect(openLibrary(root).datasets()).toEqual([dataset])
    expect(fs.readdirSync(folder).sort()).toEqual(['meta.json', 'tokens.bin', 'vocabulary.json'])
  })

  it('keeps the same bytes once, whatever they are called', async () => {
    const first = await library.import({ files: [fileAt(temporary.write('a.txt', sentence))], name: 'Fox' })
    const second = await library.import({ files: [fileAt(temporary.write('b.txt', sentence))], name: 'Dog' })
    expect(second).toEqual(first)
    expect(library.datasets()).toEqual([first])
    expect(fs.readdirSync(root)).toEqual([first.id])
  })

  it('keeps it once when two imports of it run at the same time', async () => {
    const file = temporary.write('a.txt', sentence)
    const both = await Promise.all(
      [library, openLibrary(root)].map((one) => one.import({ files: [fileAt(file)] })),
    )
    expect(both[0]).toEqual(both[1])
    expect(fs.readdirSync(root)).toEqual([both[0]!.id])
  })

  it('lists the oldest first, also for another reader of the folder', async () => {
    const first = await library.import({ files: [fileAt(temporary.write('a.txt', sentence))] })
    await new Promise((resolve) => setTimeout(resolve, 2))
    const second = await library.import({ files: [fileAt(temporary.write('b.txt', sentence + sentence))] })
    expect(library.datasets()).toEqual([first, second])
    expect(openLibrary(root).datasets()).toEqual([first, second])
    expect(library.dataset(second.id)).toEqual(second)
  })

  it('counts characters, not bytes or UTF-16 units, and drops a byte order mark', async () => {
    const text = '\ufeffaäß€😀'.repeat(4)
    const dataset = await importText(temporary.write('a.txt', text))
    expect(dataset).toMatchObject({ bytes: 57, vocabulary: 6, train: 20, validation: 3 })
    expect(readVocabulary(library.folder(dataset.id))).toEqual(['a', 'ß', 'ä', '€', '\ufeff', '😀'])
    expect(dataset.preview).toBe(text.slice(1))
  })

  it('writes four bytes a token when the vocabulary needs them', async () => {
    const codePoints = Array.from({ length: 70_000 }, (_, index) => 0x10000 + index)
    const text = codePoints.map((codePoint) => String.fromCodePoint(codePoint)).join('')
    const dataset = await importText(temporary.write('a.txt', text))
    expect(dataset.vocabulary).toBe(70_000)
    const folder = library.folder(dataset.id)
    expect(fs.statSync(path.join(folder, 'tokens.bin')).size).toBe(4 * 70_000)
    expect(readAll(folder, 'validation').at(-1)).toBe(69_999)
  })

  it('reads a file in pieces and reports its progress up to the whole', async () => {
    const heard: number[] = []
    const file = temporary.write('a.txt', sentence.repeat(20_000))
    const size = fs.statSync(file).size
    await library.import({
      files: [fileAt(file)],
      onProgress: (bytes, total) => {
        expect(total).toBe(size)
        heard.push(bytes)
      },
    })
    expect(heard.length).toBeGreaterThan(4)
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.at(-1)).toBe(size)
  })

  it.each([
    ['Plays', 'Plays'],
    ['  two\n lines\t', 'two lines'],
    ['\u001b[31mred\u0007', '[31mred'],
    ['../../etc/passwd', '../../etc/passwd'],
    ['exe.\u202etxt', 'exe. txt'],
    ['\u0000', 'file'],
    ['', 'file'],
    ['\ud800x', '\ufffdx'],
    ['n'.repeat(1000), 'n'.repeat(200)],
  ])('shows the name %j as %j', async (name, shown) => {
    const dataset = await library.import({ files: [fileAt(temporary.write('file.txt', sentence))], name })
    expect(dataset.name).toBe(shown)
    expect(fs.readdirSync(root)).toEqual([dataset.id])
  })
})

describe('an import that cannot be', () => {
  const refused: [string, () => string, string, RegExp][] = [
    ['a missing file', () => path.join(temporary.path, 'none.txt'), 'file-missing', /none\.txt/],
    ['a path through a file', () => path.join(temporary.write('a', 'b'), 'c.txt'), 'file-missing', /c\.txt/],
    ['a folder', () => temporary.path, 'not-a-file', /is a folder/],
    ['an impossible path', () => 'a\0b', 'file-unreadable', /a\\u0000b/],
    ['an empty file', () => temporary.write('a.txt', ''), 'file-empty', /a\.txt is empty/],
    ['a byte order mark alone', () => temporary.write('a.txt', '\ufeff'), 'file-empty', /a\.txt is empty/],
    [
      'a short text',
      () => temporary.write('a.txt', '0123456789'),
      'text-too-short',
      /has 10 characters; at least 11/,
    ],
    ['one character', () => temporary.write('a.txt', 'a'), 'text-too-short', /has 1 character;/],
    [
      'a program',
      () => temporary.write('a.txt', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0')),
      'not-text',
      /byte 7/,
    ],
  ]
  it.each(refused)('is refused for %s, and nothing of it remains', async (_, file, code, message) => {
    await expect(library.import({ files: [fileAt(file())] })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('begins with eleven characters', async () => {
    const dataset = await importText(temporary.write('a.txt', '0123456789a'))
    expect(dataset).toMatchObject({ train: 9, validation: 2 })
    expect(Number.isFinite(dataset.baselines.bigram)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('names a file that opens but does not read', async () => {
    await expect(library.import({ files: [fileAt('/proc/self/mem')] })).rejects.toMatchObject({
      code: 'file-unreadable',
    })
    await expect(library.import({ files: [fileAt('/dev/zero')] })).rejects.toMatchObject({
      code: 'not-a-file',
    })
  })

  const changes: [string, (file: string) => void][] = [
    ['grows', (file) => fs.appendFileSync(file, 'more')],
    ['shrinks', (file) => fs.truncateSync(file, 100)],
    ['has other characters', (file) => fs.writeFileSync(file, sentence.toUpperCase().repeat(10_000))],
    [
      'has the same characters in another order',
      (file) => fs.writeFileSync(file, sentence.repeat(10_000).slice(1) + 'T'),
    ],
    ['becomes binary', (file) => fs.writeFileSync(file, Buffer.alloc(1000))],
  ]
  const parts = [0, 0.5] // the first pass and the second
  const cases = parts.flatMap((part) => changes.map(([what, change]) => [what, part, change] as const))
  it.each(cases)('is refused for a file that %s after %f of the work', async (_, part, change) => {
    const file = temporary.write('a.txt', sentence.repeat(10_000))
    const size = fs.statSync(file).size
    let changed = false
    const onProgress = (bytes: number) => {
      if (changed || bytes <= part * size) return
      changed = true
      change(file)
    }
    await expect(library.import({ files: [fileAt(file)], onProgress })).rejects.toMatchObject({
      code: 'file-changed',
    })
    expect(changed).toBe(true)
    expect(fs.readdirSync(root)).toEqual([])
  })

  it.each([0, 0.3, 0.8, 1])('leaves nothing when it is cancelled at %f of the work', async (share) => {
    const controller = new AbortController()
    const file = temporary.write('a.txt', sentence.repeat(20_000))
    if (share === 0) controller.abort()
    const onProgress = (bytes: number, total: number) => {
      if (bytes >= share * total) controller.abort()
    }
    const importing = library.import({ files: [fileAt(file)], onProgress, signal: controller.signal })
    await expect(importing).rejects.toMatchObject({ code: 'interrupted' })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it.each([0, 3])('leaves nothing on a disk that is full after %i writes, and says so', async (writes) => {
    const file = temporary.write('a.txt', sentence.repeat(20_000))
    await using handle = await fs.promises.open(file)
    const FileHandle = Object.getPrototypeOf(handle) as fs.promises.FileHandle
    const writeFile = FileHandle.writeFile
    let left = writes
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    })
    const spy = vi.spyOn(FileHandle, 'writeFile').mockImplementation(function (
      this: fs.promises.FileHandle,
      ...given
    ) {
      return left-- > 0 ? writeFile.apply(this, given) : Promise.reject(full)
    })
    try {
      await expect(library.import({ files: [fileAt(file)] })).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining(root) as unknown,
      })
    } finally {
      spy.mockRestore()
    }
    expect(fs.readdirSync(root)).toEqual([])
    expect((await library.import({ files: [fileAt(file)] })).train).toBeGreaterThan(0)
  })

  it('names a library that cannot be made', () => {
    const blocked = temporary.write('blocked', '')
    expect(() => openLibrary(path.join(blocked, 'library'))).toThrow(
      expect.objectContaining({ code: 'home-unwritable' }),
    )
  })

  it('names a library that vanished', async () => {
    fs.rmSync(root, { recursive: true })
    await expect(
      library.import({ files: [fileAt(temporary.write('a.txt', sentence))] }),
    ).rejects.toMatchObject({
      code: 'home-unwritable',
    })
  })
})

describe('what a killed process left', () => {
  /** The id of a process that has ended. */
  const ended = () => spawnSync(process.execPath, ['--version']).pid

  it('is a temporary folder that is never listed, and goes when the library is opened', async () => {
    const file = temporary.write('a.txt', sentence.repeat(20_000))
    const importer = spawn(process.execPath, [path.join(import.meta.dirname, 'importer.ts'), root, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    importer.stdout.on('data', () => importer.kill('SIGKILL'))
    await once(importer, 'exit')
    expect(importer.signalCode).toBe('SIGKILL')
    expect(fs.readdirSync(root)).toEqual([expect.stringMatching(/^\.temporary-/)])
    expect(library.datasets()).toEqual([])
    openLibrary(root)
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('is removed when the library is opened', () => {
    const leftover = path.join(root, `.temporary-${ended()}-half`)
    const own = path.join(root, `.temporary-${process.pid}-from-before-a-restart`)
    for (const folder of [leftover, own]) {
      fs.mkdirSync(folder)
      fs.writeFileSync(path.join(folder, 'tokens.bin'), 'half')
    }
    openLibrary(root)
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('is told from the work of a process that runs', () => {
    const atWork = `.temporary-${process.ppid}-import`
    fs.mkdirSync(path.join(root, atWork))
    openLibrary(root)
    expect(fs.readdirSync(root)).toEqual([atWork])
  })

  it('is told from an import of this process', async () => {
    let opened = false
    const dataset = await library.import({
      files: [fileAt(temporary.write('a.txt', sentence.repeat(20_000)))],
      onProgress: (bytes, total) => {
        if (bytes < 0.7 * total) return
        openLibrary(root)
        opened = true
      },
    })
    expect(opened).toBe(true)
    expect(library.datasets()).toEqual([dataset])
  })
})

describe('a damaged dataset', () => {
  const damages: [string, (folder: string) => void][] = [
    ['no meta.json', (folder) => fs.rmSync(path.join(folder, 'meta.json'))],
    ['a meta.json cut short', (folder) => fs.truncateSync(path.join(folder, 'meta.json'), 20)],
    [
      'a meta.json that lacks values',
      (folder) => fs.writeFileSync(path.join(folder, 'meta.json'), '{"id":"x"}'),
    ],
    ['tokens cut short', (folder) => fs.truncateSync(path.join(folder, 'tokens.bin'), 11)],
    ['no tokens', (folder) => fs.rmSync(path.join(folder, 'tokens.bin'))],
    [
      'the meta.json of another',
      (folder) => {
        const meta = path.join(folder, 'meta.json')
        fs.writeFileSync(meta, fs.readFileSync(meta, 'utf8').replace(path.basename(folder), '0123456789ab'))
      },
    ],
  ]
  it.each(damages)('with %s is reported, kept and set aside by a new import', async (_, damage) => {
    const file = temporary.write('a.txt', sentence)
    const { id } = await library.import({ files: [fileAt(file)] })
    const other = await library.import({ files: [fileAt(temporary.write('b.txt', sentence + sentence))] })
    damage(path.join(root, id))
    const left = fs.readdirSync(path.join(root, id))

    expect(library.datasets()).toEqual([other])
    expect(library.dataset(id)).toBeUndefined()
    expect(library.damaged()).toEqual([{ id, error: expect.objectContaining({ code: 'dataset-damaged' }) }])
    expect(() => library.folder(id)).toThrow(expect.objectContaining({ code: 'dataset-damaged' }))
    expect(fs.readdirSync(path.join(root, id))).toEqual(left)

    const again = await library.import({ files: [fileAt(file)] })
    expect(again.id).toBe(id)
    expect(library.datasets()).toHaveLength(2)
    expect(library.damaged()).toEqual([])
    const aside = fs.readdirSync(root).find((name) => name.startsWith(`${id}.damaged-`))
    expect(fs.readdirSync(path.join(root, aside!))).toEqual(left)
  })

  it('can be removed', async () => {
    const { id } = await library.import({ files: [fileAt(temporary.write('a.txt', sentence))] })
    fs.rmSync(path.join(root, id, 'meta.json'))
    await library.remove(id)
    expect(fs.readdirSync(root)).toEqual([])
  })
})

describe('removing', () => {
  it('deletes the folder', async () => {
    const { id } = await library.import({ files: [fileAt(temporary.write('a.txt', sentence))] })
    await library.remove(id)
    expect(library.datasets()).toEqual([])
    expect(fs.readdirSync(root)).toEqual([])
  })

  it.each(['0123456789ab', '', '..', '../library', '.', 'A'.repeat(12)])(
    'refuses the unknown id %j',
    async (id) => {
      const unknown = { code: 'unknown-dataset' }
      await expect(library.remove(id)).rejects.toMatchObject(unknown)
      expect(() => library.folder(id)).toThrow(expect.objectContaining(unknown))
      expect(library.dataset(id)).toBeUndefined()
      expect(fs.existsSync(root)).toBe(true)
    },
  )
})
