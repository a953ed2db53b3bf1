/** Files that vanish or change between the look at them and their import, or while they are read; and such as may not be read. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import { asNobody, isRoot } from '../../../support/nobody.ts'
import { fillDisk } from '../../../support/fullDisk.ts'

const fixtures = path.resolve('test/fixtures/datasets')
let folder: string
let library: Library
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unsteady-'))
  library = openLibrary(path.join(folder, 'library'))
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.rmSync(folder, { recursive: true })
})

/** A copy of some fixtures that a test may spoil, and the file of them that it does. */
interface Case {
  readonly format: string
  /** What is copied, and given. */
  readonly fixture: string
  /** The file in it that is spoilt; absent: itself. */
  readonly file?: string
  /** What is said where that file is gone, and where it is cut in half. */
  readonly gone: string
  readonly short: string
}
const cases: readonly Case[] = [
  {
    format: 'IDX',
    fixture: 'idx',
    file: 'train-images-idx3-ubyte',
    gone: 'file-missing',
    short: 'file-changed',
  },
  {
    format: 'IDX, compressed',
    fixture: 'idx',
    file: 't10k-images-idx3-ubyte.gz',
    gone: 'file-missing',
    short: 'file-changed',
  },
  {
    format: 'IDX, labels',
    fixture: 'idx',
    file: 'train-labels-idx1-ubyte',
    gone: 'file-missing',
    short: 'file-changed',
  },
  {
    format: 'CIFAR',
    fixture: 'cifar10',
    file: 'data_batch_2.bin',
    gone: 'file-missing',
    short: 'file-changed',
  },
  { format: 'npz', fixture: 'arrays/plain.npz', gone: 'file-missing', short: 'file-damaged' },
  { format: 'npy', fixture: 'arrays/files', file: 'x.npy', gone: 'file-missing', short: 'file-changed' },
  { format: 'Parquet', fixture: 'tables/snappy.parquet', gone: 'file-missing', short: 'file-damaged' },
  { format: 'zip', fixture: 'archives/digits.zip', gone: 'file-missing', short: 'file-damaged' },
  { format: 'tar', fixture: 'archives/gnu.tar', gone: 'file-missing', short: 'file-changed' },
  { format: 'tar.gz', fixture: 'archives/posix.tar.gz', gone: 'file-missing', short: 'file-changed' },
]
function copyOf({ fixture, file }: Pick<Case, 'fixture' | 'file'>) {
  const given = path.join(folder, path.basename(fixture))
  fs.cpSync(path.join(fixtures, fixture), given, { recursive: true })
  return { given, spoilt: file === undefined ? given : path.join(given, file) }
}
const cut = (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))

describe.each(cases)('$format', (one) => {
  it.each([
    ['is gone', (file: string) => fs.rmSync(file), one.gone],
    ['is cut short', cut, one.short],
  ] as const)('that %s after the look at it is told', async (_, spoil, code) => {
    const { given, spoilt } = copyOf(one)
    const [plan] = await library.plan([fileAt(given)])
    spoil(spoilt)
    const target = path.join(folder, 'target')
    fs.mkdirSync(target)
    await expect(plan!.write(target, {})).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path.basename(spoilt)) as string,
      hint: expect.stringMatching(/\S/) as string,
    })
  })

  it('that is cut short while it is imported leaves nothing', async () => {
    const { given, spoilt } = copyOf(one)
    const plans = await library.plan([fileAt(given)])
    expect(plans).toHaveLength(1)
    let isCut = false
    const importing = library.import({
      files: [fileAt(given)],
      onProgress() {
        if (!isCut) cut(spoilt)
        isCut = true
      },
    })
    await importing.catch((error: unknown) =>
      expect(error).toMatchObject({ code: expect.stringMatching(/^file-/) }),
    )
    const left = fs.readdirSync(path.join(folder, 'library'))
    expect(left.filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('leaves nothing on a full disk, says so, and is imported when there is room', async () => {
    const { given } = copyOf(one)
    for (const writes of [0, 1]) {
      const disk = await fillDisk(writes)
      await expect(library.import({ files: [fileAt(given)] })).rejects.toMatchObject({ code: 'disk-full' })
      disk.makeRoom()
      expect(fs.readdirSync(path.join(folder, 'library'))).toEqual([])
    }
    expect((await library.import({ files: [fileAt(given)] })).train).toBeGreaterThan(0)
  })
})

describe('class folders', () => {
  it('leave out an image that vanished or was cut short after the look at it, and say which', async () => {
    const { given } = copyOf({ fixture: 'digits' })
    const [plan] = await library.plan([fileAt(given)])
    fs.rmSync(path.join(given, 'train/eins/1.png'))
    cut(path.join(given, 'train/null/2.png'))
    const target = path.join(folder, 'target')
    fs.mkdirSync(target)
    const content = await plan!.write(target, {})
    expect(content).toMatchObject({ train: 4, validation: 4 })
    const notes = content.notes!.join('\n')
    expect(notes).toContain('1.png')
    expect(notes).toContain('2.png')
  })

  it('of which most vanished are refused', async () => {
    const { given } = copyOf({ fixture: 'digits' })
    const [plan] = await library.plan([fileAt(given)])
    for (const part of ['train', 'test']) fs.rmSync(path.join(given, part), { recursive: true })
    fs.mkdirSync(path.join(folder, 'target'))
    await expect(plan!.write(path.join(folder, 'target'), {})).rejects.toMatchObject({
      code: expect.stringMatching(/^(file-|too-few)/) as string,
      hint: expect.stringMatching(/\S/) as string,
    })
  })

  it('leave nothing on a full disk', async () => {
    const { given } = copyOf({ fixture: 'digits' })
    for (const writes of [0, 1, 2]) {
      const disk = await fillDisk(writes)
      await expect(library.import({ files: [fileAt(given)] })).rejects.toMatchObject({ code: 'disk-full' })
      disk.makeRoom()
      expect(fs.readdirSync(path.join(folder, 'library'))).toEqual([])
    }
  })
})

describe.skipIf(process.platform === 'win32')('files that may not be read', () => {
  const forbid = (file: string) => fs.chmodSync(file, 0)
  /** Root may read everything, hence is somebody else here. */
  async function refusalOf(given: string) {
    if (isRoot) fs.chmodSync(folder, 0o755)
    if (isRoot) fs.chmodSync(path.join(folder, 'library'), 0o777)
    return asNobody(() => library.import({ files: [fileAt(given)] })).then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  it.each(cases)('are told: $format', async (one) => {
    const { given, spoilt } = copyOf(one)
    forbid(spoilt)
    expect(await refusalOf(given)).toMatchObject({
      code: expect.stringMatching(/^(file-unreadable|labels-missing|not-a-file)$/) as string,
      hint: expect.stringMatching(/\S/) as string,
    })
    expect(fs.readdirSync(path.join(folder, 'library'))).toEqual([])
  })

  it.each(['poem.txt', 'table.csv', 'lines.jsonl'])('are told: %s', async (name) => {
    const file = path.join(folder, name)
    fs.writeFileSync(file, 'a,b\nc,d\n')
    forbid(file)
    expect(await refusalOf(file)).toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining(name) as string,
      hint: 'Check its permissions and the disk it is on.',
    })
  })

  it('are told: a folder', async () => {
    const { given } = copyOf({ fixture: 'digits' })
    forbid(path.join(given, 'train'))
    expect(await refusalOf(given)).toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('train') as string,
    })
    fs.chmodSync(path.join(given, 'train'), 0o755)
  })

  it('are left out of class folders, and named', async () => {
    const { given } = copyOf({ fixture: 'digits' })
    forbid(path.join(given, 'train/eins/1.png'))
    if (isRoot) fs.chmodSync(folder, 0o755)
    if (isRoot) fs.chmodSync(path.join(folder, 'library'), 0o777)
    const dataset = await asNobody(() => library.import({ files: [fileAt(given)] }))
    expect(dataset.train).toBe(5)
    expect(dataset.notes!.join()).toContain('1.png')
  })
})
