/** Hidden states in a real window: measured while a tiny model trains, then read by layer, step, statistic and head. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../support/axe.ts'
import { dropFiles } from '../support/drop.ts'
import type { TestWindow } from '../support/hosts.ts'
import { findOneHost } from '../support/hosts.ts'

const text = 'the quick brown fox jumps over a lazy dog '.repeat(300)
const settings = {
  layers: 2,
  heads: 2,
  width: 16,
  context: 16,
  batchSize: 8,
  steps: 40,
  warmupSteps: 5,
  evaluationInterval: 20,
  evaluationTokens: 256,
}

for (const host of await findOneHost())
  describe.skipIf(host.missing)(`hidden states: ${host.name}`, () => {
    let folder: string
    let opened: TestWindow
    let page: Page
    const complaints: string[] = []

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'hidden-'))
      await writeFile(path.join(folder, 'fox.txt'), text)
      opened = await host.open({ home: path.join(folder, 'home'), filesFolder: folder })
      page = opened.page
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await page.getByRole('region', { name: 'Dataset' }).waitFor()
      await dropFiles(page, [path.join(folder, 'fox.txt')])
      await page.getByRole('list', { name: 'Datasets' }).waitFor()
      await page.getByRole('checkbox', { name: 'Exponential family', exact: true }).uncheck()
    })
    afterAll(async () => {
      await opened?.close()
      await rm(folder, { recursive: true, force: true })
    })

    async function train(statistics: string): Promise<void> {
      await page.getByRole('button', { name: /^Options/ }).click()
      for (const [key, value] of Object.entries(settings))
        await page.getByRole('spinbutton', { name: key, exact: true }).fill(String(value))
      await page.getByRole('textbox', { name: 'statistics', exact: true }).fill(statistics)
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByRole('button', { name: /^Options/ }).click()
    }
    const panel = () => page.getByRole('region', { name: 'Hidden states' })
    const show = (view: string) => page.getByRole('radio', { name: view, exact: true }).check({ force: true })
    const maps = () => panel().getByRole('list', { name: 'Layer by step' }).getByRole('group')
    const player = () => panel().getByRole('slider', { name: 'Step' })
    const pixels = (index: number) =>
      maps()
        .nth(index)
        .locator('canvas')
        .last() // the cells; what is below them are the axes
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    /** Name of a variant, then its values by layer. */
    const table = async () =>
      Promise.all(
        (await panel().getByRole('table').locator('tbody tr').all()).map(async (row) => [
          (await row.getByRole('rowheader').innerText()).trim(),
          ...(await row.getByRole('cell').allInnerTexts()).map(Number.parseFloat),
        ]),
      )
    const choose = async (statistic: string) => {
      await panel().getByRole('combobox', { name: 'Statistic', exact: true }).click()
      await page.keyboard.type(statistic)
      await page.getByRole('option', { name: statistic }).first().click()
    }

    it('says why there are none where nothing was measured, and what would change that', async () => {
      await train('none')
      await page.getByText('2 of 2 runs finished').waitFor({ timeout: 60_000 })
      await show('Hidden states')
      await panel()
        .getByText(/statistics was none/)
        .waitFor()
      await show('Attention maps')
      await panel()
        .getByText(/kept no attention maps/)
        .waitFor()
    })

    it('fills a map per variant while the runs train', async () => {
      await train('light')
      await show('Hidden states')
      await expect.poll(() => maps().count(), { timeout: 60_000 }).toBe(2)
      await page.getByText('2 of 2 runs finished').waitFor({ timeout: 60_000 })
      await expect.poll(() => player().getAttribute('aria-valuetext')).toBe('after step 40')
      expect(await player().getAttribute('max')).toBe('2') // steps 0, 20 and 40
      await expect.poll(async () => (await pixels(0)) === (await pixels(1)), { timeout: 10_000 }).toBe(false)
    })

    it('reads the values by keyboard, and marks a step', async () => {
      await maps().first().focus()
      for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
      await panel()
        .getByText(/layer 1, step 20: \d/)
        .first()
        .waitFor()
      expect(await player().getAttribute('aria-valuetext')).toBe('after step 20')
    })

    it('has the numbers in a table, one row per variant and one column per layer', async () => {
      await choose('Mean cosine')
      await panel().getByRole('button', { name: 'Values at step 20' }).click()
      await expect.poll(table).toHaveLength(2)
      for (const [name, ...values] of await table()) {
        expect(['Standard', 'Laplacian']).toContain(name)
        expect(values).toHaveLength(2)
        for (const value of values) {
          expect(value).toBeGreaterThan(-1)
          expect(value).toBeLessThanOrEqual(1)
        }
      }
    })

    it('plays the training to its last step', async () => {
      await player().fill('0')
      const before = await table()
      await panel().getByRole('button', { name: 'Play the training' }).click()
      await expect
        .poll(() => player().getAttribute('aria-valuetext'), { timeout: 10_000 })
        .toBe('after step 40')
      await panel().getByRole('button', { name: 'Play the training' }).waitFor()
      expect(await table()).not.toEqual(before)
    })

    it('takes one head instead of their mean where a statistic has them', async () => {
      await choose('Attention entropy')
      await expect.poll(() => panel().getByRole('combobox', { name: 'Statistic: head' }).count()).toBe(1)
      const mean = await table()
      await panel().getByRole('combobox', { name: 'Statistic: head' }).selectOption('1')
      await expect.poll(table).not.toEqual(mean)
    })

    it('has no serious accessibility finding, in either theme', async () => {
      expect(await seriousFindings(page)).toEqual([])
    })

    it('compares variants, layers and steps by their kept states, with the numbers in the cells', async () => {
      await show('Similarity')
      const matrix = () => panel().getByRole('table', { name: /The arrow keys read the values/ })
      const numbers = async () =>
        (await matrix().locator('tbody td').allInnerTexts()).map((text) => Number.parseFloat(text))
      // One seed: a variant beside itself would be a run and itself.
      await expect.poll(numbers, { timeout: 20_000 }).toHaveLength(4)
      const [ofOne, between] = await numbers()
      expect(ofOne).toBeNaN()
      expect(between).toBeGreaterThan(0)
      expect(between).toBeLessThanOrEqual(1)
      await matrix().focus()
      for (const key of ['ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
      await panel()
        .getByText(/^Standard and Laplacian: .*1 pair with one seed/)
        .waitFor()
      await panel().getByRole('radio', { name: 'Layers', exact: true }).check({ force: true })
      await matrix().getByRole('columnheader', { name: 'layer 1' }).waitFor()
      await panel().getByRole('radio', { name: 'Steps', exact: true }).check({ force: true })
      await expect
        .poll(async () => (await numbers()).filter((value) => value === 1).length)
        .toBeGreaterThan(2)
      expect(await numbers()).toHaveLength(9) // steps 0, 20 and 40
      expect(await seriousFindings(page)).toEqual([])
    })

    it('has the eigenvalues of every variant in a table behind the spectra', async () => {
      await show('Spectra')
      await panel()
        .getByRole('img', { name: /^Spectra. Layer 1 at step 40/ })
        .waitFor()
      await panel().getByRole('button', { name: 'Values', exact: true }).click()
      await expect.poll(table).toHaveLength(16)
      // The last ones are written with an exponent.
      const ranked = (await table()).slice(0, 6).map(([, standard]) => standard as number)
      expect(ranked).toEqual(ranked.toSorted((a, b) => b - a))
      expect(await seriousFindings(page)).toEqual([])
    })

    it('puts the tokens of every variant on common axes, and says what stands at a point', async () => {
      await show('Projection')
      const clouds = panel().getByRole('group', { name: /in two dimensions/ })
      await expect.poll(() => clouds.count(), { timeout: 20_000 }).toBe(2)
      await panel()
        .getByText(/Axes hold \d+\.\d % and \d+\.\d % of its variance/)
        .first()
        .waitFor()
      await panel().getByRole('combobox', { name: 'colour' }).selectOption('token')
      await panel().getByRole('list', { name: 'Colours and shapes' }).getByText('space').waitFor()
      await clouds.first().focus()
      await page.keyboard.press('ArrowRight')
      await panel()
        .getByText(/^“.” before “.”, position \d+, sequence \d+$/)
        .first()
        .waitFor()
      expect(await seriousFindings(page)).toEqual([])
    })

    it('shows the attention of every variant on the same tokens, and who looks at whom', async () => {
      await show('Attention maps')
      const map = panel().getByRole('group', { name: 'Attention map of Standard' })
      await map.focus()
      await page.keyboard.press('ArrowDown')
      // The first token can look at itself only.
      const words = panel().getByText(/“.” \(0\) looks at “.” \(0\): /)
      await expect.poll(() => words.count()).toBe(2)
      expect(await words.first().innerText()).toMatch(/: 1$/)
      await page.keyboard.press('ArrowRight')
      await expect
        .poll(() =>
          panel()
            .getByText(/\(0\) looks at “.” \(1\): 0$/)
            .count(),
        )
        .toBe(2)
      expect(await seriousFindings(page)).toEqual([])
    })

    it('draws other weights for another head', async () => {
      const drawing = () =>
        panel()
          .getByRole('group', { name: 'Attention map of Standard' })
          .locator('canvas')
          .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
      const before = await drawing()
      await panel().getByRole('combobox', { name: 'head' }).selectOption('1')
      await expect.poll(drawing).not.toBe(before)
    })

    it('draws what a variant makes of A, where it is known', async () => {
      await panel().getByRole('radio', { name: 'Operator', exact: true }).check({ force: true })
      await panel().getByText('A − I', { exact: true }).waitFor()
      await panel().getByRole('group', { name: 'Attention map of Laplacian' }).focus()
      await page.keyboard.press('ArrowDown')
      // The first token can look at itself only: of the Laplacian nothing is left.
      const words = panel().getByText(/“.” \(0\) looks at “.” \(0\): /)
      await expect
        .poll(() => words.allInnerTexts())
        .toEqual([expect.stringMatching(/: 1$/) as string, expect.stringMatching(/: 0$/) as string])
      expect(complaints).toEqual([])
    })
  })
