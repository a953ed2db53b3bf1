import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import type { Header } from 'tar-stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { safeName } from '../../../../src/main/datasets/importers/archive/member.ts'
import { unpack } from '../../../../src/main/datasets/importers/archive/unpack.ts'
import { readZip } from '../../../../src/main/datasets/importers/archive/zip.ts'
import { limits } from '../../../../src/main/datasets/importers/limits.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import { temporaryFolder } from '../folders.ts'
import { zipOf } from '../zip.ts'
import type { ZipMember } from '../zip.ts'

/** Written by Debian's zip and tar: test/fixtures/datasets/make_archives.sh. */
const fixtures = path.resolve('test/fixtures/datasets')
const archive = (name: string) => path.join(fixtures, 'archives', name)

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})
const importOne = (file: string) => library.import({ files: [fileAt(file)] })

async function tarOf(
  members: (Partial<Header> & { name: string; content?: string | Buffer })[],
): Promise<Buffer> {
  const archive = pack()
  for (const { content = '', ...header } of members) archive.entry(header, content)
  archive.finalize()
  const pieces: Buffer[] = []
  for await (const piece of archive as AsyncIterable<unknown>) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

const png = (value: number) =>
  sharp(new Uint8Array(48).fill(value), { raw: { width: 4, height: 4, channels: 3 } })
    .png()
    .toBuffer()

describe('archives that zip and tar wrote', () => {
  it.each(['digits.zip', 'stored.zip', 'streamed.zip', 'gnu.tar', 'posix.tar.gz'])(
    '%s is the dataset that its folder is',
    async (name) => {
      const folder = await importOne(path.join(fixtures, 'digits'))
      const heard: number[] = []
      const dataset = await library.import({
        files: [fileAt(archive(name))],
        onProgress: (bytes, total) => heard.push(bytes / total),
      })
      expect(dataset).toEqual(folder)
      expect(heard).toEqual(heard.toSorted((a, b) => a - b))
      expect(heard.at(-1)).toBeCloseTo(1)
      expect(fs.readdirSync(root)).toEqual([dataset.id])
      expect(fs.readdirSync(library.folder(dataset.id)).toSorted()).toEqual([
        'images.bin',
        'labels.bin',
        'meta.json',
      ])
    },
  )

  it.each(['idx.zip', 'idx.tgz'])('%s is the IDX dataset', async (name) => {
    expect((await importOne(archive(name))).id).toBe((await importOne(path.join(fixtures, 'idx'))).id)
  })

  it('a text in an archive is the text', async () => {
    const text = temporary.write('question.txt', 'To be, or not to be, that is the question.\n')
    const plans = await library.plan([fileAt(archive('text.zip'))])
    expect(plans).toMatchObject([{ format: 'zip archive', kind: 'text', name: 'text' }])
    expect(await importOne(archive('text.zip'))).toMatchObject({ kind: 'text', name: 'text' })
    expect(await importOne(text)).toMatchObject({ name: 'text' })
  })

  it('says what it would become before it is imported', async () => {
    const plans = await library.plan(['digits.zip', 'posix.tar.gz'].map((name) => fileAt(archive(name))))
    expect(plans).toMatchObject([
      { format: 'zip archive', kind: 'images', name: 'digits' },
      { format: 'tar archive', kind: 'images', name: 'posix' },
    ])
  })
})

describe('names', () => {
  const names = ['日本', "a 'quoted' name", 'two\nlines', 'é'.repeat(127), ' ']
  it.each(['zip', 'tar'])(
    'in any script, with quotes, line ends and 255 bytes, are classes in a %s',
    async (kind) => {
      const members = await Promise.all(
        names.flatMap((name, index) =>
          ['1.png', '2.png'].map(async (file) => ({
            name: `all/${name}/${file}`,
            content: await png(index),
          })),
        ),
      )
      const file = temporary.write(`all.${kind}`, kind === 'zip' ? zipOf(members) : await tarOf(members))
      const dataset = await importOne(file)
      expect(dataset).toMatchObject({ train: 9, validation: 1, classes: names.length })
      expect(dataset.kind === 'images' && dataset.classNames).toContain('日本')
    },
  )

  it('that are safe stay as they are, and all others are refused', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('..', '.', '', 'C:', 'a', '...'))
    const joined = fc.tuple(fc.array(part, { minLength: 1 }), fc.constantFrom('/', '\\'))
    fc.assert(
      fc.property(joined, ([parts, separator]) => {
        const name = parts.join(separator)
        let safe: string
        try {
          safe = safeName(name, 'x.zip')
        } catch (error) {
          expect(error).toMatchObject({ code: 'unsafe-archive', message: expect.stringContaining('x.zip') })
          expect(name).toMatch(/^[/\\]|^[a-z]:|\.\./i)
          return
        }
        const within = path.posix.resolve('/folder', safe)
        expect(within === '/folder' || within.startsWith('/folder/')).toBe(true)
        expect(safe.split('/')).not.toContain('..')
      }),
    )
  })
})

describe('what is refused', () => {
  const links: [string, Partial<Header>][] = [
    ['a link', { type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { type: 'link', linkname: '../../secret' }],
    ['a device', { type: 'character-device' }],
    ['a pipe', { type: 'fifo' }],
  ]
  const unsafe: [string, () => Promise<Buffer>][] = [
    ...['../evil.png', '/etc/evil.png', 'a/../../evil.png', 'C:\\evil.png', '..\\evil.png'].flatMap(
      (name): [string, () => Promise<Buffer>][] => [
        [`the name ${name} in a zip`, async () => zipOf([{ name, content: await png(1) }])],
        [`the name ${name} in a tar`, async () => tarOf([{ name, content: await png(1) }])],
      ],
    ),
    ...links.map(([what, header]): [string, () => Promise<Buffer>] => [
      `${what} in a tar`,
      () => tarOf([{ name: 'cat/1.png', ...header }]),
    ]),
    ['a link in a zip', async () => zipOf([{ name: 'cat/1.png', content: '/etc/passwd', mode: 0o120777 }])],
  ]
  it.each(unsafe)('%s', async (_, make) => {
    const file = temporary.write('all.bin', await make())
    const before = fs.readdirSync(temporary.path, { recursive: true }).toSorted()
    await expect(importOne(file)).rejects.toMatchObject({
      code: 'unsafe-archive',
      message: expect.stringMatching(/all\.bin is refused: .*(evil|1)\.png/),
    })
    expect(fs.readdirSync(temporary.path, { recursive: true }).toSorted()).toEqual(before)
  })

  it('encryption and rare compression', async () => {
    const refusals: [Partial<ZipMember>, RegExp][] = [
      [{ encrypted: true }, /"cat\/1\.png" in the archive .* is encrypted/],
      [{ method: 93 }, /"cat\/1\.png" in the archive .* is compressed by method 93/],
    ]
    for (const [changes, message] of refusals) {
      const file = temporary.write('all.zip', zipOf([{ name: 'cat/1.png', content: 'x', ...changes }]))
      await expect(importOne(file)).rejects.toMatchObject({
        code: 'unsupported-format',
        message: expect.stringMatching(message),
      })
    }
  })

  it('an empty archive, and one of several datasets', async () => {
    const empty = temporary.write('empty.zip', zipOf([]))
    await expect(importOne(empty)).rejects.toMatchObject({ code: 'file-empty' })
    const idx = fs.readdirSync(path.join(fixtures, 'idx'))
    const members = idx.map((name) => ({
      name: `idx/${name}`,
      content: fs.readFileSync(path.join(fixtures, 'idx', name)),
    }))
    for (const label of ['a', 'b']) members.push({ name: `all/${label}/1.png`, content: await png(3) })
    await expect(importOne(temporary.write('two.zip', zipOf(members)))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/holds 2 datasets: "/),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('a wrong checksum in a zip', async () => {
    const file = temporary.write('all.zip', zipOf([{ name: 'a.txt', content: 'some text in it', crc: 7 }]))
    await expect(importOne(file)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(/checksum/),
    })
  })

  it.each(['digits.zip', 'gnu.tar', 'posix.tar.gz'])(
    '%s cut short or changed anywhere, or it is what it was',
    async (name) => {
      const whole = fs.readFileSync(archive(name))
      const { id } = await importOne(archive(name))
      await library.remove(id)
      const position = fc.integer({ min: 1, max: whole.length - 1 })
      const file = path.join(temporary.path, name)
      await fc.assert(
        fc.asyncProperty(position, fc.option(fc.integer({ min: 1, max: 255 })), async (at, change) => {
          const bytes = Buffer.from(change === null ? whole.subarray(0, at) : whole)
          if (change !== null) bytes[at]! ^= change
          fs.writeFileSync(file, bytes)
          const outcome = await importOne(file).catch((error: unknown) => error)
          if (outcome instanceof Error)
            expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
          // Only the blocks of nothing behind a tar's last file may be missing: then it is whole.
          else if (change === null) expect(outcome).toMatchObject({ id })
          for (const found of library.datasets()) await library.remove(found.id)
          expect(fs.readdirSync(root)).toEqual([])
        }),
        { numRuns: 25 },
      )
    },
  )
})

describe('archives that were made to fill a disk', () => {
  const wanted = (changes: Partial<Record<keyof typeof limits, number>>) => ({ ...limits, ...changes })
  async function drain(members: AsyncIterable<{ name: string; content: AsyncIterable<Uint8Array> }>) {
    for await (const { content } of members)
      for await (const piece of content) expect(piece.length).toBeGreaterThan(0)
  }

  it('end at the ratio that a zip promises, before anything is unpacked', async () => {
    const file = temporary.write(
      'bomb.zip',
      zipOf([{ name: 'a', content: Buffer.alloc(3_000_000), deflate: true }]),
    )
    await expect(
      drain(readZip(fileAt(file), {}, wanted({ freelyDecodedBytes: 1_000_000 }))),
    ).rejects.toMatchObject({
      code: 'file-too-large',
      message: expect.stringMatching(/grow to 3000000 bytes or more from \d+; .* from 1000000 on 200 times/),
    })
  })

  it('end where a zip holds more than it promises', async () => {
    const member = { name: 'a', content: Buffer.alloc(3_000_000), deflate: true, size: 1000 }
    const file = temporary.write('liar.zip', zipOf([member]))
    await expect(drain(readZip(fileAt(file), {}))).rejects.toMatchObject({ code: 'file-damaged' })
  })

  it('end at the total, the count and the depth of what comes out', async () => {
    const members = async function* (names: string[]) {
      for (const name of names)
        yield {
          name,
          content: (async function* () {
            yield new Uint8Array(1000)
          })(),
        }
    }
    const cases: [string[], Partial<Record<keyof typeof limits, number>>, RegExp][] = [
      [['a', 'b', 'c'], { decodedBytes: 2500 }, /x\.tar has more than 2500 bytes/],
      [['a', 'b', 'c'], { files: 2 }, /x\.tar has more than 2 files/],
      [['a/b/c/d'], { depth: 3 }, /x\.tar has folders more than 3 deep/],
    ]
    for (const [index, [names, changes, message]] of cases.entries())
      await expect(
        unpack(
          members(names),
          path.join(temporary.path, String(index)),
          { archive: 'x.tar', title: 'x' },
          wanted(changes),
        ),
      ).rejects.toMatchObject({ code: 'file-too-large', message: expect.stringMatching(message) })
  })

  it('are refused where a tar ends between two of its files', async () => {
    const whole = await tarOf([
      { name: 'a.txt', content: 'To be, or not to be.\n'.repeat(20) },
      { name: 'b.txt', content: 'That is the question.\n'.repeat(20) },
    ])
    expect((await importOne(temporary.write('whole.tar', whole))).notes).toBeUndefined()
    const first = temporary.write('cut.tar', whole.subarray(0, 512 + 512))
    await expect(importOne(first)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringContaining('the mark of its end is missing') as string,
    })
  })

  it('are refused where the gzip around a tar is cut short', async () => {
    const tar = await tarOf([{ name: 'cat/1.png', content: Buffer.alloc(100) }])
    const file = temporary.write('all.tar.gz', zlib.gzipSync(tar).subarray(0, -9))
    await expect(importOne(file)).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

it('an import that is cancelled while it unpacks leaves nothing', async () => {
  const controller = new AbortController()
  const files = [fileAt(archive('gnu.tar'))]
  const onProgress = () => controller.abort()
  await expect(library.import({ files, onProgress, signal: controller.signal })).rejects.toMatchObject({
    code: 'interrupted',
  })
  expect(fs.readdirSync(root)).toEqual([])
})
