/** Variants in a real window: found by a search, made of axes, dropped as a file, trained, and read as samples. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../support/axe.ts'
import { dropFiles } from '../support/drop.ts'
import type { TestWindow } from '../support/hosts.ts'
import { findOneHost } from '../support/hosts.ts'

const text = 'the quick brown fox jumps over a lazy dog '.repeat(200)
const settings = {
  layers: 1,
  heads: 2,
  width: 16,
  context: 16,
  batchSize: 4,
  steps: 30,
  warmupSteps: 5,
  evaluationInterval: 10,
  evaluationTokens: 256,
}
const dropped = { id: 'dropped', name: 'Dropped', axes: { score: 'cosine', operator: 'laplacian' } }

for (const host of await findOneHost())
  describe.skipIf(host.missing)(`variants: ${host.name}`, () => {
    let folder: string
    let opened: TestWindow
    let page: Page
    const complaints: string[] = []

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'variants-'))
      await writeFile(path.join(folder, 'fox.txt'), text)
      await writeFile(path.join(folder, 'dropped.json'), JSON.stringify(dropped))
      opened = await host.open({ home: path.join(folder, 'home'), filesFolder: folder })
      page = opened.page
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await page.getByRole('region', { name: 'Dataset' }).waitFor()
      await dropFiles(page, [path.join(folder, 'fox.txt')])
      await page.getByRole('list', { name: 'Datasets' }).getByRole('listitem').waitFor()
    })
    afterAll(async () => {
      await opened?.close()
      await rm(folder, { recursive: true, force: true })
    })

    const chips = () => page.getByRole('list', { name: 'Chosen variants' })
    const chosen = async () =>
      (await chips().getByRole('listitem').allInnerTexts()).map((chip) => chip.split('\n')[0]!.trim())
    const search = () => page.getByRole('searchbox', { name: 'Search variants' })
    const row = (name: string) => page.getByRole('checkbox', { name, exact: true })

    it('finds a variant by any of its words, by keyboard alone', async () => {
      await search().fill('2008.02217')
      await expect.poll(() => page.getByRole('checkbox').count()).toBe(1)
      await search().press('ArrowDown')
      const details = page.getByRole('tooltip')
      for (const title of ['Learns', 'Equals standard', 'Always holds', 'Source'])
        expect(await details.innerText()).toContain(title)
      await page.keyboard.press('Space')
      expect(await chosen()).toEqual(['Standard', 'Laplacian', 'Exponential family', 'Hopfield retrieval'])
      await search().fill('')
    })

    it('shows what would see the future, with the reason, and does not choose it for a text', async () => {
      await row('Sinkhorn').press('Space') // it can be focused, so that its reason can be read
      expect(await row('Sinkhorn').isChecked()).toBe(false)
      const item = page.getByRole('listitem').filter({ has: row('Sinkhorn') })
      expect(await item.innerText()).toContain('see the future')
    })

    it('takes the baseline from the order of the chosen ones', async () => {
      for (const name of ['Laplacian', 'Exponential family']) await row(name).uncheck()
      const hopfield = chips().getByRole('button', { name: 'Make Hopfield retrieval the baseline' })
      await hopfield.press('ArrowLeft')
      expect(await chosen()).toEqual(['Hopfield retrieval', 'Standard'])
      await page.keyboard.press('ArrowRight') // the focus has stayed with it
      expect(await chosen()).toEqual(['Standard', 'Hopfield retrieval'])
      await row('Hopfield retrieval').uncheck()
    })

    it('has no serious accessibility finding in the list, in either theme', async () => {
      expect(await seriousFindings(page, 'aside')).toEqual([])
    })

    it('makes a variant from axes, starting with another, and refuses what cannot work', async () => {
      await page.getByRole('button', { name: 'New variant…' }).click()
      const editor = page.getByRole('dialog')
      await editor.getByLabel('Start from').selectOption({ label: 'Laplacian' })
      await editor.getByLabel('Name', { exact: true }).fill('Warm Laplacian')
      await editor.getByLabel('score', { exact: true }).selectOption('temperature')
      await editor.getByLabel('normaliser', { exact: true }).selectOption('linear')
      const save = editor.getByRole('button', { name: 'Save' })
      await editor.getByText('This cannot work').waitFor()
      expect(await save.isDisabled()).toBe(true)
      await editor.getByLabel('normaliser', { exact: true }).selectOption('sinkhorn')
      await editor.getByText('For images only').waitFor()
      await editor.getByLabel('sinkhornIterations', { exact: true }).fill('3')
      await editor.getByLabel('normaliser', { exact: true }).selectOption('softmax')
      await editor.getByText('Standard attention, but score temperature, operator laplacian.').waitFor()
      expect(await seriousFindings(page, '[role=dialog]')).toEqual([])
      await save.click()
      await page.getByRole('button', { name: 'Edit Warm Laplacian' }).waitFor()
      expect(await chosen()).toEqual(['Standard', 'Warm Laplacian'])
    })

    it('keeps a change to it', async () => {
      await page.getByRole('button', { name: 'Edit Warm Laplacian' }).click()
      const editor = page.getByRole('dialog')
      expect(await editor.getByLabel('Id, its name in commands').isEditable()).toBe(false)
      await editor.getByLabel('Meaning').fill('each head chooses how sharply it differs')
      await editor.getByRole('button', { name: 'Save' }).click()
      await page.getByText('each head chooses how sharply it differs').waitFor()
    })

    it('takes a variant that is dropped as a file', async () => {
      await dropFiles(page, [path.join(folder, 'dropped.json')])
      await row('Dropped').waitFor()
      expect(await chosen()).toEqual(['Standard', 'Warm Laplacian', 'Dropped'])
    })

    it('trains what was made and what was dropped, and shows what each writes', async () => {
      await page.getByRole('button', { name: /^Options/ }).click()
      for (const [key, value] of Object.entries(settings))
        await page.getByRole('spinbutton', { name: key, exact: true }).fill(String(value))
      await page.getByRole('textbox', { name: 'samplePrompt' }).fill('the ')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByText('3 of 3 runs finished').waitFor({ timeout: 60_000 })
      const names = await page
        .getByRole('table', { name: 'Comparison' })
        .getByRole('rowheader')
        .allInnerTexts()
      expect(names.map((name) => name.trim())).toEqual(['Standard', 'Warm Laplacian', 'Dropped'])
      await page.getByRole('radio', { name: 'Samples' }).check({ force: true })
      for (const name of ['Standard', 'Warm Laplacian', 'Dropped'])
        await expect
          .poll(() => page.getByLabel(`Sample of ${name}`, { exact: true }).innerText())
          .toMatch(/^the [a-z ]{20,}$/)
      expect(await seriousFindings(page, 'main')).toEqual([])
    })

    it('deletes it again, and its runs still say what they were', async () => {
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('button', { name: 'Delete Dropped' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
      await row('Dropped').waitFor({ state: 'detached' })
      expect(await chosen()).toEqual(['Standard', 'Warm Laplacian'])
      await page.reload()
      await row('Warm Laplacian').waitFor()
      expect(await page.getByRole('list', { name: 'Runs' }).innerText()).toContain('dropped')
    })

    it('removes the dataset, and what was learned from it stays', async () => {
      await page.getByRole('button', { name: 'Remove fox' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
      await page.getByText('dataset removed').waitFor()
      expect(await page.getByRole('table', { name: 'Comparison' }).innerText()).toContain('Warm Laplacian')
      expect(complaints).toEqual([])
    })

    it('finds its runs among all, orders them, and tells two apart', async () => {
      await page.getByRole('button', { name: 'Runs', exact: true }).click()
      const table = page.getByRole('table', { name: 'Runs' })
      // all at once: a row may go while it is read
      const column = (place: number) =>
        table
          .locator('tbody tr:has(th)')
          .evaluateAll(
            (rows, index) => rows.map((row) => row.querySelectorAll('td')[index]!.innerText),
            place,
          )
      const variants = () => column(5)
      await expect.poll(variants).toHaveLength(3)

      await table.getByRole('button', { name: /^More for Warm Laplacian/ }).click()
      await page.getByRole('menuitem', { name: 'Name, tags and notes…' }).click()
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('favourite')
      await page.getByRole('dialog').getByLabel('Tags, with commas between them').fill('paper')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      const words = page.getByRole('searchbox', { name: 'Search runs' })
      await words.fill('FOX favour')
      await expect.poll(variants).toEqual(['Warm Laplacian'])
      await words.fill('')
      await expect.poll(variants).toHaveLength(3)
      await page.getByRole('button', { name: 'Tags' }).click()
      await page.getByRole('checkbox', { name: 'paper' }).check()
      await expect.poll(variants).toEqual(['Warm Laplacian'])
      await page.getByRole('checkbox', { name: 'paper' }).uncheck()
      await page.keyboard.press('Escape')
      const conditions = page.getByRole('textbox', { name: 'Filter runs by conditions' })
      await conditions.fill('atention!=standard')
      await page.getByText('Did you mean "attention"?').waitFor()
      await conditions.fill('attention!=standard, seed<1')
      await expect.poll(async () => (await variants()).sort()).toEqual(['Warm Laplacian', 'dropped'])
      await conditions.fill('')

      const losses = async () => (await column(7)).map(Number)
      await table.getByRole('button', { name: 'best valid.' }).click()
      await expect.poll(losses).toEqual((await losses()).toSorted((a, b) => a - b))
      await table.getByRole('button', { name: 'best valid.' }).click()
      await expect.poll(losses).toEqual((await losses()).toSorted((a, b) => b - a))
      await table.getByRole('button', { name: 'variant' }).click()
      await expect.poll(variants).toEqual(['dropped', 'Standard', 'Warm Laplacian'])

      await table.getByRole('checkbox', { name: /^Select dropped/ }).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Space')
      await page.keyboard.press('End')
      await page.keyboard.press('Space')
      await page.getByText('3 runs, 2 selected').waitFor()
      await page.getByRole('button', { name: 'Compare configurations' }).press('Enter')
      const differences = page.getByRole('table', { name: 'Configurations' }).locator('tbody tr')
      expect(await differences.allInnerTexts()).toEqual([
        'attention\tstandard\twarm-laplacian',
        'axes\tall neutral\tscore temperature, operator laplacian',
      ])
      await page.getByRole('button', { name: 'Show what is equal' }).click()
      expect(await differences.filter({ hasText: 'warmupSteps' }).innerText()).toContain('5')
      expect(await seriousFindings(page, 'main')).toEqual([])

      await page.reload()
      await expect.poll(variants).toHaveLength(3)
      await table.getByRole('rowheader').first().getByRole('button').click()
      await page.getByRole('heading', { name: 'seed 0' }).waitFor()
      await page.getByTitle('Open its experiment').click()
      await page.getByRole('table', { name: 'Comparison' }).waitFor()
      expect(complaints).toEqual([])
    })
  })
