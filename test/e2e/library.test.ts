/** The library in a real window: what is dropped is looked at first, corrected, imported, examined, named, given up. */
import { cp, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFindings } from '../support/axe.ts'
import { dropFiles } from '../support/drop.ts'
import type { TestWindow } from '../support/hosts.ts'
import { findHosts } from '../support/hosts.ts'

const sentence = 'the quick brown fox jumps over the lazy dog\n'

for (const host of await findHosts())
  describe.skipIf(host.missing)(host.name, () => {
    let folder: string
    let opened: TestWindow
    let page: Page
    const complaints: string[] = []

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'library-'))
      await writeFile(path.join(folder, 'fox.txt'), sentence.repeat(30))
      await writeFile(path.join(folder, 'odd.txt'), `${sentence.repeat(30)}\ufffd\u200b\r\n${sentence}`)
      await cp(path.resolve('test/fixtures/datasets/digits'), path.join(folder, 'digits'), {
        recursive: true,
      })
      // 200 MB of text: long enough to be given up
      const long = await open(path.join(folder, 'long.txt'), 'w')
      const block = Buffer.from(sentence.repeat(25_000))
      for (let written = 0; written < 200e6; written += block.length) await long.writeFile(block)
      await long.close()
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

    const sheet = () => page.getByRole('dialog')
    const datasets = () => page.getByRole('list', { name: 'Datasets' }).locator('> li')
    const drop = (...names: string[]) =>
      dropFiles(
        page,
        names.map((name) => path.join(folder, name)),
      )
    /** What lies in the library and among the uploads. What was found in datasets may be written at any time. */
    const kept = async () => {
      const folders = ['library', 'uploads'].map((name) => path.join(folder, 'home', name))
      const names = await Promise.all(folders.map((name) => readdir(name, { recursive: true })))
      return names.flat().filter((name) => !name.includes('health.json'))
    }

    it('shows several datasets before it imports them, and lets each be corrected', async () => {
      await page.getByRole('region', { name: 'Dataset' }).waitFor()
      await drop('fox.txt', 'odd.txt', 'digits')
      await sheet().waitFor()
      const names = sheet().getByRole('textbox', { name: /^Name of / })
      expect(
        await names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
      ).toEqual(['fox', 'odd', 'digits'])
      expect(await sheet().getByLabel('Beginning of fox').innerText()).toContain('the quick brown fox')
      expect(await page.getByRole('list', { name: 'Datasets' }).count()).toBe(0)

      await sheet().getByRole('button', { name: 'Options of fox' }).click()
      await sheet().getByLabel('A token is').selectOption('byte')
      await sheet().getByLabel('Validation share in %').fill('200')
      const go = sheet().getByRole('button', { name: 'Import', exact: true })
      expect(await go.isDisabled()).toBe(true)
      await sheet().getByLabel('Validation share in %').fill('20')
      await sheet().getByLabel('Name of fox').fill('Bytes of a fox')
      expect(await seriousFindings(page, '[role=dialog]')).toEqual([])
      await go.click()
      await datasets().nth(2).waitFor()
      await page.getByRole('radio', { name: 'Bytes of a fox' }).check()
      const text = (await datasets().filter({ hasText: 'Bytes of a fox' }).innerText()).replaceAll(
        /\s+/g,
        ' ',
      )
      expect(text).toContain('training 1,056')
      expect(text).toContain('validation 264')
      expect(text).toContain('vocabulary 256')
    })

    it('says what it found in a dataset, each with what to do', async () => {
      await page.getByRole('radio', { name: 'odd' }).check()
      await page.getByRole('button', { name: /^Look into odd: \d warnings/ }).click()
      const findings = page.getByRole('list', { name: 'Findings' })
      const said = await findings.innerText()
      expect(said).toMatch(/100 % of the validation text|% of the validation text stands word for word/)
      expect(said).toContain('1 replacement character: U+FFFD once.')
      expect(said).toContain('1 zero-width character: U+200B once.')
      expect(said).toContain('Lines end in different ways: 31 with LF, 1 with CRLF.')
      expect(await page.getByRole('table', { name: 'Lengths of lines' }).innerText()).toContain('32–63')
      expect(await seriousFindings(page, 'main')).toEqual([])
      // the page follows what is chosen
      await page.getByRole('radio', { name: 'digits' }).check()
      await page.getByRole('heading', { name: 'Identical images' }).waitFor()
      expect(await page.getByRole('table', { name: 'Images per class' }).innerText()).toContain('eins')
      expect(await seriousFindings(page, 'main')).toEqual([])
    })

    it('keeps the name and the tags that a person gives, also after a reload', async () => {
      const name = page.getByRole('textbox', { name: 'Name of the dataset' })
      await name.fill('Ziffern')
      await name.press('Enter')
      await page.getByRole('textbox', { name: 'New tag' }).fill('tiny')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Remove the tag tiny' }).waitFor()
      await page.reload()
      await page.getByRole('button', { name: 'Remove the tag tiny' }).waitFor() // the address names the page
      expect(await name.inputValue()).toBe('Ziffern')
      expect(await page.getByRole('list', { name: 'Tags of Ziffern' }).innerText()).toBe('tiny')
      await page.getByRole('button', { name: 'Close the dataset' }).click()
      expect(await page.getByRole('heading', { name: 'Findings' }).count()).toBe(0)
    })

    it('gives a long import up, and keeps nothing of it', async () => {
      const before = await kept()
      await drop('long.txt')
      await page.getByRole('button', { name: /^Cancel importing long/ }).click()
      await expect.poll(() => page.getByRole('list', { name: 'Imports' }).count()).toBe(0)
      await expect.poll(kept, { timeout: 10_000 }).toEqual(before)
      expect(await datasets().count()).toBe(3)
      expect(await page.getByRole('alert').count()).toBe(0)
      expect(complaints).toEqual([])
    })
  })
