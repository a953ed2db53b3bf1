import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/main/datasets/decodeImage.ts'

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-images-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

const grey = { height: 4, width: 6, channels: 1 }
const coloured = { height: 4, width: 6, channels: 3 }
const ramp = (count: number) => Uint8Array.from({ length: count }, (_, index) => (index * 37) % 256)
const inFolder = (name: string) => path.join(folder, name)

async function png(
  name: string,
  pixels: Uint8Array,
  shape: { height: number; width: number; channels: number },
) {
  const channels = shape.channels as 1 | 3 | 4
  await sharp(pixels, { raw: { ...shape, channels } })
    .png()
    .toFile(inFolder(name))
  return inFolder(name)
}

describe('an image file', () => {
  it('of the right size and colours comes through bit for bit', async () => {
    const one = await png('grey.png', ramp(24), grey)
    expect(await decodeImage(one, 'grey.png', grey)).toEqual(ramp(24))
    const three = await png('coloured.png', ramp(72), coloured)
    expect(await decodeImage(three, 'coloured.png', coloured)).toEqual(ramp(72))
  })

  it('becomes grey or coloured as the dataset is', async () => {
    const red = Uint8Array.from({ length: 72 }, (_, index) => (index % 3 === 0 ? 255 : 0))
    const [value, ...others] = await decodeImage(await png('red.png', red, coloured), 'red.png', grey)
    expect(value).toBeGreaterThan(40) // the luminance of pure red: a fifth to a third, by the formula
    expect(value).toBeLessThan(140)
    expect(others).toEqual(Array(23).fill(value))
    const pixels = await decodeImage(await png('grey2.png', ramp(24), grey), 'grey2.png', coloured)
    expect(pixels).toEqual(Uint8Array.from({ length: 72 }, (_, index) => ramp(24)[Math.floor(index / 3)]!))
  })

  it('loses its alpha channel', async () => {
    const seen = Uint8Array.from({ length: 96 }, (_, index) => (index % 4 === 3 ? 0 : 200))
    const file = await png('clear.png', seen, { ...grey, channels: 4 })
    expect(await decodeImage(file, 'clear.png', coloured)).toEqual(new Uint8Array(72).fill(200))
  })

  it('is scaled, and cut at the middle where its sides relate otherwise', async () => {
    const side = 40
    const halves = Uint8Array.from({ length: side * side * 3 }, (_, index) =>
      index % (3 * side) < 60 ? 0 : 240,
    )
    const file = await png('halves.png', halves, { height: side, width: 3 * side, channels: 1 })
    const pixels = await decodeImage(file, 'halves.png', { height: 4, width: 4, channels: 1 })
    const rows = Array.from({ length: 4 }, (_, row) => [...pixels.subarray(4 * row, 4 * row + 4)])
    for (const row of rows) {
      expect(row[0]).toBeLessThan(40)
      expect(row[3]).toBeGreaterThan(200)
    }
  })

  it('is turned upright as its camera says', async () => {
    const file = inFolder('turned.png')
    const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60) // (2, 3)
    await sharp(pixels, { raw: { height: 2, width: 3, channels: 1 } })
      .withMetadata({ orientation: 3 }) // upside down
      .png()
      .toFile(file)
    const upright = await decodeImage(file, 'turned.png', { height: 2, width: 3, channels: 1 })
    expect([...upright]).toEqual([60, 50, 40, 30, 20, 10])
  })

  it.each(['jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('may be %s', async (format) => {
    const file = inFolder(`flat.${format}`)
    const raw = { width: 32, height: 32, channels: 3 as const }
    await sharp(new Uint8Array(32 * 32 * 3).fill(128), { raw })
      .toFormat(format)
      .toFile(file)
    const pixels = await decodeImage(file, 'flat', coloured)
    expect(pixels).toHaveLength(72)
    for (const value of pixels) expect(Math.abs(value - 128)).toBeLessThan(6)
  })
})

describe('what is no image', () => {
  it.each([
    ['text', 'To be, or not to be', 'unsupported-format'],
    [
      'a vector graphic',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'unsupported-format',
    ],
    ['nothing', '', 'file-empty'],
  ])('%s is refused by name', async (name, content, code) => {
    fs.writeFileSync(inFolder(name), content)
    await expect(decodeImage(inFolder(name), name, grey)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(name) as string,
    })
  })

  it('a picture that is cut off is refused', async () => {
    const file = await png('cut.png', ramp(30_000), { height: 100, width: 100, channels: 3 })
    fs.truncateSync(file, fs.statSync(file).size / 2)
    await expect(decodeImage(file, 'cut.png', grey)).rejects.toMatchObject({ code: 'file-damaged' })
  })

  it('a missing file and a folder are refused', async () => {
    await expect(decodeImage(inFolder('nowhere'), 'nowhere', grey)).rejects.toMatchObject({
      code: 'file-missing',
    })
    await expect(decodeImage(folder, 'a folder', grey)).rejects.toMatchObject({ code: 'not-a-file' })
  })

  it.runIf(process.platform === 'linux')('a pipe is refused without waiting for its writer', async () => {
    execFileSync('mkfifo', [inFolder('pipe')])
    await expect(decodeImage(inFolder('pipe'), 'pipe', grey)).rejects.toMatchObject({ code: 'not-a-file' })
  })
})
