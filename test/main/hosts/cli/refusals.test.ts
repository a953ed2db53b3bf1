/** Whatever is asked wrongly: the exit code, one clear line, and nothing left behind. */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentOf, runCli, runJson, temporaryFolder } from './cli.ts'

const home = temporaryFolder()
const files = temporaryFolder()
const file = (name: string, content: string | Buffer) => {
  fs.writeFileSync(path.join(files, name), content)
  return path.join(files, name)
}
const empty = file('empty.txt', '')
const binary = file('binary.txt', Buffer.concat([Buffer.from([0, 255, 254]), randomBytes(5000)]))
const short = file('short.txt', 'To be, or not to be, that is the question. '.repeat(5))
const good = file('good.txt', 'To be, or not to be, that is the question. '.repeat(100))

const table = file('table.csv', 'one,two\na,b\n')

const train = ['train', '--dataset', 'tinyshakespeare', '--attention', 'standard']
const compare = ['compare', '--dataset', 'tinyshakespeare', '--attention']

describe.concurrent('bad usage', () => {
  it.each<[string, string[], RegExp]>([
    ['steps below one', [...train, '--steps', '-1'], /'--steps <steps>' argument '-1' is invalid/],
    [
      'steps that are no number',
      [...train, '--steps', 'abc'],
      /argument 'abc' is invalid. Expected a number/,
    ],
    ['half a step', [...train, '--steps', '1.5'], /argument '1.5' is invalid/],
    ['a negative seed', [...train, '--seed', '-3'], /argument '-3' is invalid/],
    ['an unknown option', [...train, '--stepz', '3'], /unknown option '--stepz'.*--steps/],
    ['an unknown command', ['trian'], /unknown command 'trian'.*train/],
    ['no dataset', ['train', '--attention', 'standard'], /'--dataset <dataset>' not specified/],
    ['an unknown device', [...train, '--device', 'gpu'], /Allowed choices are auto, cpu/],
    [
      'an unknown setting',
      [...train, '--set', 'widht=8'],
      /Did you mean "width"\? Known: layers, heads, .*topK/,
    ],
    ['a setting without a value', [...train, '--set', 'width'], /key=value/],
    ['a setting out of range', [...train, '--set', 'beta1=1'], /argument 'beta1=1' is invalid/],
    [
      'a choice that there is not',
      [...train, '--set', 'norm=batch'],
      /no choice "batch": expected one of layer, rms, whitening, none/,
    ],
    ['a setting of the wrong type', [...train, '--set', 'tiedHead=1'], /true or false/],
    ['a hole in a list', [...compare, 'standard,,laplacian'], /a,b,c/],
    ['seeds that are no numbers', [...compare, 'standard', '--seeds', '0,x'], /Expected a number/],
    ['an unknown encoding', ['import', good, '--encoding', 'ebcdic'], /Allowed choices are utf-8/],
    [
      'an unknown tokenizer',
      ['import', good, '--tokenizer', 'words'],
      /Expected character, byte, bpe or the/,
    ],
    ['a size without bpe', ['import', good, '--vocabulary', '300'], /--vocabulary is the size of what/],
    ['a small vocabulary', ['import', good, '--tokenizer', 'bpe', '--vocabulary', '9'], /expected.*257/],
    ['a share of all', ['import', good, '--validation', '1'], /argument '1' is invalid/],
    ['one name for two files', ['import', good, short, '--name', 'both'], /--name names one dataset/],
  ])('%s', async (_, parameters, line) => {
    const { code, stdout, stderr } = await runCli(home, ...parameters)
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    })
    expect(stderr).toMatch(line)
  })

  it('shows the help when no command is given', async () => {
    const { code, stdout, stderr } = await runCli(home)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^Usage: attention-workbench/)
  })
})

describe.concurrent('requests that cannot be met', () => {
  it.each<[string, string[], string, RegExp]>([
    ['a missing file', ['import', path.join(files, 'none.txt')], 'file-missing', /none\.txt/],
    ['an empty file', ['import', empty], 'file-empty', /empty/],
    ['a binary file', ['import', binary], 'not-text', /binary\.txt/],
    ['an empty folder', ['import', temporaryFolder()], 'not-a-file', /folder/],
    ['a table without a text', ['import', table], 'column-unclear', /Its columns are "one", "two"/],
    ['a missing dataset file', [...train.with(2, './none.txt')], 'file-missing', /none\.txt/],
    [
      'a mistyped sample',
      [...train.with(2, 'tinyshakespear')],
      'unknown-dataset',
      /Did you mean "tinyshakespeare"/,
    ],
    [
      'an unknown variant',
      [...compare, 'standard,laplacain'],
      'unknown-attention',
      /Did you mean "laplacian"\? Known: standard, /,
    ],
    [
      'an unknown variant of a good file',
      ['train', '--dataset', good, '--attention', 'x'],
      'unknown-attention',
      /Known: standard, laplacian/,
    ],
    ['an unknown recipe', [...train, '--recipe', 'quik'], 'unknown-recipe', /Did you mean "quick"/],
    ['a variant named twice', [...compare, 'standard,standard'], 'invalid-request', /named twice/],
    [
      'a seed named twice',
      [...compare, 'standard', '--seeds', '1,1'],
      'invalid-request',
      /seed 1 is named twice/,
    ],
    ['heads that do not divide the width', [...train, '--set', 'heads=5'], 'invalid-request', /5 heads/],
    [
      'a variant that sees the future',
      [...train.with(4, 'sinkhorn'), '--recipe', 'quick'],
      'future-leak',
      /would let a token see the future: columns/,
    ],
    [
      'a setting for other data',
      [...train, '--recipe', 'quick', '--set', 'patchSize=2'],
      'invalid-request',
      /"patchSize" decides nothing in a run on text/,
    ],
    ['a variant to show', ['variants', 'show', 'laplacain'], 'unknown-attention', /Did you mean "laplacian"/],
    ['a missing file of a variant', [...train.with(4, './no.json')], 'file-missing', /no\.json/],
    ['a text as a variant', ['variants', 'add', good], 'file-unreadable', /good\.txt/],
    ['a built-in variant to remove', ['variants', 'remove', 'l2'], 'invalid-request', /built-in/],
    ['an unknown run', ['show', 'nosuchrn'], 'unknown-run', /nosuchrn/],
    ['an unknown run to stop', ['stop', 'nosuchrn'], 'unknown-run', /nosuchrn/],
    ['an unknown run to resume', ['resume', 'nosuchrn'], 'unknown-run', /nosuchrn/],
    ['an unknown dataset to remove', ['dataset', 'remove', 'nosuch'], 'unknown-dataset', /nosuch/],
  ])('%s', async (_, parameters, errorCode, line) => {
    const { code, stderr, document } = await runJson(home, ...parameters)
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 })
    expect(stderr).toMatch(line)
    expect(document).toEqual({
      error: {
        code: errorCode,
        message: expect.any(String) as string,
        hint: expect.stringMatching(/.+/) as string,
      },
    })
  })
})

it('leaves no dataset, no run and no half-made thing behind', async () => {
  await runCli(home, 'import', binary)
  await runCli(home, 'train', '--dataset', good, '--attention', 'x')
  expect(await contentOf(home)).toEqual({ datasets: [], runs: [], leftovers: [] })
})

it('refuses a recipe for other data, and keeps no run of it', async () => {
  const own = temporaryFolder()
  const { code, document } = await runJson(own, ...train, '--recipe', 'vit-mnist')
  expect({ code, error: document.error as unknown }).toEqual({
    code: 1,
    error: {
      code: 'invalid-request',
      message: 'The recipe "vit-mnist" is for images, and "tinyshakespeare" holds text.',
      hint: 'Choose a recipe for text: quick, nanogpt-cpu, nanogpt-baby.',
    },
  })
  expect(await contentOf(own)).toMatchObject({ runs: [], leftovers: [] })
})

it('keeps no run of a text that is too short for its context', async () => {
  const own = temporaryFolder()
  const { code, document } = await runJson(own, 'train', '--dataset', short, '--attention', 'standard')
  expect({ code, error: document.error.code as string }).toEqual({ code: 1, error: 'text-too-short' })
  expect(await contentOf(own)).toMatchObject({ runs: [], leftovers: [] })
})

it('says which home cannot be used', async () => {
  const { code, stderr } = await runCli(path.join(good, 'below-a-file'), 'runs')
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: .*below-a-file.*--home/)
})
