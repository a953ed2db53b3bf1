/**
 * Imports at the sizes that people have: a folder with 60,000 small JPEGs, and 1 GB of text. Each runs in a process of
 * its own, whose memory is measured; what it imports is made here, in a temporary folder that is removed afterwards.
 *
 *     npm run bench:imports -- [--json] [--share 0.1]
 *
 * --share makes both smaller. To be believed, run it where nothing else runs.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { uniformAt } from '../src/main/engine/random.ts'
import type { ImportFigures } from './importing.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, share: { type: 'string', default: '1' } },
})
const share = Number(options.share)
const classes = 10
const side = 32
const draw = (stream: number, index: number, limit: number) =>
  Math.floor(limit * uniformAt(0, 'dataOrder', stream, index))

/** `count` JPEGs of 32 x 32 pixels in ten class folders; a thousand different ones, some 2 kB each. */
async function makeImages(folder: string, count: number): Promise<void> {
  const pictures = await Promise.all(
    Array.from({ length: Math.min(count, 1000) }, (_, picture) => {
      const pixels = Uint8Array.from({ length: side * side * 3 }, (_, index) => {
        const wave = Math.sin((picture + 1) * (index / 300)) + Math.cos(index / (3 * side + picture))
        return 128 + 50 * wave + draw(picture, index, 20)
      })
      return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
        .jpeg({ quality: 90 })
        .toBuffer()
    }),
  )
  for (let label = 0; label < classes; label++)
    await fs.mkdir(path.join(folder, `class ${label}`), { recursive: true })
  for (let index = 0; index < count; index++)
    await fs.writeFile(
      path.join(folder, `class ${index % classes}`, `${index}.jpg`),
      pictures[index % pictures.length]!,
    )
}

/** Words of a made language, in lines of some eighty characters. */
async function makeText(file: string, bytes: number): Promise<void> {
  const letters = 'etaoinshrdlucmfwypvbgkjqxz'
  const words = Array.from({ length: 4096 }, (_, word) =>
    Array.from({ length: 2 + draw(word, 0, 9) }, (_, at) => letters[draw(word, at + 1, letters.length)]).join(
      '',
    ),
  )
  await using output = await fs.open(file, 'wx')
  for (let written = 0, stream = words.length; written < bytes; stream++) {
    let block = ''
    for (let word = 0; block.length < 2 ** 20; word++)
      block += words[draw(stream, word, words.length)]! + (word % 14 === 13 ? '\n' : ' ')
    written += (await output.write(block)).bytesWritten
  }
}

/** Imports `given` in a process of its own. */
async function measure(library: string, given: string): Promise<ImportFigures> {
  const child = fork(new URL('./importing.ts', import.meta.url), [library, given])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The import ended with code ${code}.`)
  })
  ended.catch(() => {})
  const [figures] = (await Promise.race([once(child, 'message'), ended])) as [ImportFigures]
  return figures
}

const temporary = await fs.mkdtemp(path.join(os.tmpdir(), 'attention-workbench-bench-'))
try {
  const library = path.join(temporary, 'library')
  const images = path.join(temporary, 'images')
  const text = path.join(temporary, 'text.txt')
  const log = (line: string) => process.stderr.write(`${line}\n`)
  log('Making the images')
  await makeImages(images, Math.round(60_000 * share))
  log('Importing them')
  const ofImages = await measure(library, images)
  await fs.rm(images, { recursive: true })
  log('Making the text')
  await makeText(text, Math.round(1e9 * share))
  log('Importing it')
  const ofText = await measure(library, text)
  const report = {
    cores: os.availableParallelism(),
    images: { ...ofImages, perSecond: ofImages.items / ofImages.seconds },
    text: { ...ofText, perSecond: ofText.items / ofText.seconds },
  }
  const line = (what: string, { items, perSecond, processorSeconds, memoryBytes }: typeof report.text) =>
    `${items.toLocaleString('en')} ${what}: ${Math.round(perSecond).toLocaleString('en')} a second, ` +
    `${((1e6 * processorSeconds) / items).toFixed(2)} µs of processor time each, ${Math.round(memoryBytes / 1e6)} MB`
  if (options.json) console.log(JSON.stringify(report, null, 2))
  else console.log(`${line('images', report.images)}\n${line('characters', report.text)}`)
} finally {
  await fs.rm(temporary, { recursive: true, force: true })
}
