import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { vocabularyFile } from '../../../src/main/datasets/format.ts'
import { promptFor } from '../../../src/main/workbench/prompts.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-prompt-'))
  fs.writeFileSync(path.join(folder, vocabularyFile), JSON.stringify([' ', 'a', 'b', 'é', '🦊']))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

const text = { preview: '🦊 ab' }

it("takes a person's own prompt where every character of it is known", () => {
  expect(promptFor(text, folder, { chosen: 'a 🦊é', recipe: 'b' })).toBe('a 🦊é')
})

it('refuses one with a character that the text does not have, and names it', () => {
  expect(() => promptFor(text, folder, { chosen: 'abc', recipe: 'b' })).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining('"c" (U+0063)') as string,
    }) as Error,
  )
})

it("takes a recipe's prompt where it is known, else the first character of the text", () => {
  expect(promptFor(text, folder, { chosen: undefined, recipe: 'ba' })).toBe('ba')
  expect(promptFor(text, folder, { chosen: undefined, recipe: '\n' })).toBe('🦊')
})
