/** An experiment on images in a real window: the built-in digits, a tiny transformer, accuracy and confusion. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../support/axe.ts'
import { dropFiles } from '../support/drop.ts'
import type { TestWindow } from '../support/hosts.ts'
import { findOneHost } from '../support/hosts.ts'

/** Few and short steps: it learns little, and every number of it is measured. */
const settings = {
  layers: 1,
  heads: 2,
  width: 16,
  patchSize: 14,
  steps: 40,
  batchSize: 32,
  learningRate: 0.01,
  warmupSteps: 5,
  evaluationInterval: 20,
}
/** Every model answers in a process of its own. */
const slowly = { timeout: 60_000 }
/** Pictures of other digits. */
const fixture = path.resolve('test/fixtures/datasets/digits/test')
/** MNIST's test set, a tenth of it. */
const validationImages = 1000

for (const host of await findOneHost())
  describe.skipIf(host.missing)(`an experiment on images: ${host.name}`, () => {
    let folder: string
    let opened: TestWindow
    let page: Page
    const complaints: string[] = []
    /** Of standard attention at the last step, as the chart has it. */
    let accuracy: string | undefined

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'images-'))
      opened = await host.open({ home: path.join(folder, 'home'), filesFolder: folder })
      page = opened.page
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await page.getByRole('button', { name: 'Start with mnist-sample' }).click()
      await page.getByRole('list', { name: 'Datasets' }).waitFor()
    })
    afterAll(async () => {
      await opened?.close()
      await rm(folder, { recursive: true, force: true })
    })

    it('offers what is for images only', async () => {
      const recipes = await page.getByRole('combobox', { name: 'Recipe' }).locator('option').allInnerTexts()
      expect(recipes.length).toBeGreaterThan(0)
      expect(recipes.join()).not.toMatch(/nanoGPT/)
      await page.getByRole('checkbox', { name: 'Sinkhorn', exact: true }).check()
      for (const name of ['Laplacian', 'Exponential family'])
        await page.getByRole('checkbox', { name, exact: true }).uncheck()
      await page.getByRole('button', { name: 'Options', exact: true }).click()
      expect(await page.getByRole('spinbutton', { name: 'context', exact: true }).count()).toBe(0)
    })

    it('shows losses in nats per image, accuracies and images per second', async () => {
      for (const [key, value] of Object.entries(settings))
        await page.getByRole('spinbutton', { name: key, exact: true }).fill(String(value))
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByText('2 of 2 runs finished').waitFor({ timeout: 60_000 })
      const table = page.getByRole('table', { name: 'Comparison' })
      const headers = await table.getByRole('columnheader').allInnerTexts()
      for (const header of ['best validation loss, nats/image', 'accuracy', 'images/s'])
        expect(headers.map((words) => words.trim())).toContain(header)
      await expect.poll(() => table.innerText()).toMatch(/\d+\.\d\d %/)
      for (const run of await page.getByRole('list', { name: 'Runs' }).getByRole('listitem').all())
        expect((await run.innerText()).replaceAll(/\s+/g, ' ')).toMatch(
          /accuracy \d+\.\d\d % images per second \d/,
        )
      await page.getByRole('radio', { name: 'Accuracy' }).check({ force: true })
      const chart = page.getByRole('region', { name: 'Validation accuracy' })
      await expect.poll(() => chart.getByText('Waiting for the first measurement').count()).toBe(0)
      await chart.getByRole('group', { name: 'Curves' }).press('ArrowLeft')
      await expect.poll(() => chart.innerText()).toMatch(/step\s*40/)
      accuracy = /step\s*40\s*Standard\s*(\d+\.\d\d %)/.exec(await chart.innerText())?.[1]
      expect(accuracy).toBeDefined()
    })

    it('compares last accuracies as well, against the other variant, in a sentence and with the tests behind it', async () => {
      const table = page.getByRole('table', { name: 'Comparison' })
      await page.getByLabel('Value compared').selectOption({ label: 'last validation accuracy' })
      await page.getByLabel('Baseline of the comparison').selectOption({ index: 1 })
      await expect
        .poll(() => table.getByRole('columnheader').allInnerTexts())
        .toContain('last validation accuracy')
      const rows = table.locator('tbody tr')
      await expect.poll(() => rows.nth(1).innerText()).toContain('baseline')
      expect(await rows.nth(0).innerText()).toMatch(/[+−]\d+\.\d\d %/)
      expect(await page.getByRole('list', { name: 'In words' }).innerText()).toMatch(
        /^Standard is (better|worse|equal) .*on the one seed they share; one seed says nothing of the spread/,
      )
      await page.getByText('Tests, sizes and how to read them').click()
      await page.getByRole('rowheader', { name: 'signed rank' }).waitFor()
      await page.getByLabel('Baseline of the comparison').selectOption({ index: 0 })
    })

    it('shows the confusion matrices, readable by keyboard and as numbers', async () => {
      await page.getByRole('radio', { name: 'Confusion' }).check({ force: true })
      const matrices = page.getByRole('list', { name: 'Confusion by variant' })
      const standard = matrices.getByRole('listitem').first()
      await standard.getByRole('group', { name: 'Confusion matrix of Standard' }).press('ArrowRight')
      await expect.poll(() => standard.innerText()).toMatch(/0 recognised: \d/)
      expect(await seriousFindings(page, 'main')).toEqual([])
      await page.getByRole('radio', { name: 'Numbers' }).check({ force: true })
      const cells = (await standard.getByRole('cell').allInnerTexts()).filter(Boolean).map(Number)
      expect(cells).toHaveLength(100)
      expect(cells.reduce((sum, count) => sum + count, 0)).toBe(validationImages)
      const right = cells.filter((_, index) => index % 11 === 0).reduce((sum, count) => sum + count, 0)
      expect(`${((100 * right) / validationImages).toFixed(2)} %`).toBe(accuracy)
      expect(await seriousFindings(page, 'main')).toEqual([])
      expect(complaints).toEqual([])
    })

    it('classifies pictures that are dropped or chosen, and says what is none', async () => {
      const [first, second] = ['eins', 'null'].map((name) => path.join(folder, `${name}.png`))
      await copyFile(path.join(fixture, 'eins', '0.png'), first!)
      await copyFile(path.join(fixture, 'null', '1.png'), second!)
      await writeFile(path.join(folder, 'notes.txt'), 'not an image')
      await page.getByRole('radio', { name: 'Own pictures' }).check({ force: true })
      await dropFiles(page, [first!])
      const rows = page.getByRole('table', { name: 'Classes of the pictures' }).locator('tbody tr')
      await expect.poll(() => rows.getByRole('listitem').count(), slowly).toBe(2 * 3)
      for (const model of await rows.getByRole('list').all()) {
        const shares = [...(await model.innerText()).matchAll(/([\d.]+) %/g)].map(([, share]) =>
          Number(share),
        )
        expect(shares).toEqual(shares.toSorted((a, b) => b - a))
      }
      await page.getByLabel('Choose pictures').setInputFiles([first!, second!])
      await expect.poll(() => rows.getByRole('listitem').count(), slowly).toBe(2 * 2 * 3)
      expect(await rows.getByRole('img', { name: path.basename(second!) }).count()).toBeGreaterThan(0)
      expect(await seriousFindings(page, 'main')).toEqual([])
      await page.getByLabel('Choose pictures').setInputFiles(path.join(folder, 'notes.txt'))
      await page.getByRole('alert').filter({ hasText: 'notes.txt' }).waitFor(slowly)
      expect(complaints).toEqual([])
    }, 150_000)
  })
