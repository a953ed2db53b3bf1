/** Datasets of images in a real window: several files dropped at once, sorted out, and looked at. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropFiles } from '../support/drop.ts'
import type { TestWindow } from '../support/hosts.ts'
import { findHosts } from '../support/hosts.ts'

/** An IDX file of unsigned bytes. */
function idx(dimensions: number[], values: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.set([0, 0, 8, dimensions.length])
  dimensions.forEach((dimension, axis) => header.writeUInt32BE(dimension, 4 + 4 * axis))
  return Buffer.concat([header, Uint8Array.from(values)])
}
const labels = Array.from({ length: 60 }, (_, item) => item % 3)
/** 2 x 2 images: of class 0 black, of class 1 middle grey, of class 2 white. */
const pixels = labels.flatMap((label) =>
  [0, 128, 255].slice(label, label + 1).flatMap((grey) => [grey, grey, grey, grey]),
)

for (const host of await findHosts())
  describe.skipIf(host.missing)(host.name, () => {
    let folder: string
    let opened: TestWindow
    let page: Page
    const complaints: string[] = []

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'images-'))
      await writeFile(path.join(folder, 'greys-images-idx3-ubyte'), idx([60, 2, 2], pixels))
      await writeFile(path.join(folder, 'greys-labels-idx1-ubyte'), idx([60], labels))
      await writeFile(path.join(folder, 'fox.txt'), 'the quick brown fox jumps over the lazy dog '.repeat(30))
      await writeFile(path.join(folder, 'alone-images-idx3-ubyte'), idx([60, 2, 2], pixels))
      await cp(path.resolve('test/fixtures/datasets/digits'), path.join(folder, 'digits'), {
        recursive: true,
      })
      opened = await host.open({ home: path.join(folder, 'home'), filesFolder: folder })
      page = opened.page
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
    })
    afterAll(async () => {
      await opened?.close()
      await rm(folder, { recursive: true, force: true })
    })

    const item = (name: string) =>
      page.getByRole('list', { name: 'Datasets' }).getByRole('listitem').filter({ hasText: name })

    it('makes one dataset of the files that belong together, and says what is wrong with the others', async () => {
      await page.getByRole('region', { name: 'Dataset' }).waitFor()
      const names = [
        'greys-labels-idx1-ubyte',
        'alone-images-idx3-ubyte',
        'fox.txt',
        'greys-images-idx3-ubyte',
      ]
      await dropFiles(
        page,
        names.map((name) => path.join(folder, name)),
      )
      const sheet = page.getByRole('dialog')
      await expect.poll(() => sheet.getByRole('checkbox', { name: /^Import / }).count()).toBe(3)
      await sheet.getByRole('button', { name: 'Import', exact: true }).click()
      await item('fox').waitFor()
      await item('greys').waitFor()
      await page.getByRole('alert').filter({ hasText: 'no labels for the images in' }).waitFor()
      expect(await page.getByRole('list', { name: 'Datasets' }).getByRole('listitem').count()).toBe(2)
    })

    it('shows images of every class, drawn as they are', async () => {
      await page.getByRole('radio', { name: 'greys' }).check()
      const strips = item('greys').getByRole('img')
      await expect.poll(() => strips.count()).toBe(3)
      const colours = await strips.evaluateAll((canvases) =>
        canvases.map((canvas) => [
          ...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 1, 1).data,
        ]),
      )
      expect(colours).toEqual([0, 128, 255].map((grey) => [grey, grey, grey, 255]))
      const text = (await item('greys').innerText()).replaceAll(/\s+/g, ' ')
      expect(text).toContain('training 54')
      expect(text).toContain('validation 6')
      expect(text).toContain('2 × 2')
      expect(complaints).toEqual([])
    })

    it('takes a dropped folder, with the split that its folders name', async () => {
      await dropFiles(page, [path.join(folder, 'digits')])
      await item('digits').waitFor()
      await page.getByRole('radio', { name: 'digits' }).check()
      await expect.poll(() => item('digits').getByRole('img').count()).toBe(2)
      const text = (await item('digits').innerText()).replaceAll(/\s+/g, ' ')
      expect(text).toContain('training 6')
      expect(text).toContain('validation 4')
      expect(text).toContain('eins')
      expect(complaints).toEqual([])
    })
  })
