import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { vocabularyFile } from '../../../src/main/datasets/format.ts'
import { withPrompt } from '../../../src/main/workbench/prompts.ts'
import type { ExperimentRequest } from '../../../src/shared/contract.ts'
import { aDataset, anImageDataset } from '../../support/records.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-prompt-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

const request = (overrides: ExperimentRequest['overrides'] = {}, recipe = 'quick'): ExperimentRequest => ({
  ...{ dataset: 'd', attentions: ['standard'], seeds: [0], device: 'cpu', recipe, overrides },
})
/** What the request becomes with a text of these characters. */
function prompted(asked: ExperimentRequest, characters: string[]): ExperimentRequest {
  fs.writeFileSync(path.join(folder, vocabularyFile), JSON.stringify(characters))
  return withPrompt(asked, aDataset({ preview: '🦊 ab', vocabulary: characters.length }), folder)
}

it("takes a person's own prompt where every character of it is known", () => {
  const asked = request({ samplePrompt: 'a 🦊é', steps: 3 })
  expect(prompted(asked, [' ', 'a', 'é', '🦊'])).toEqual(asked)
})

it('refuses one with a character that the text does not have, and names it', () => {
  expect(() => prompted(request({ samplePrompt: 'abc' }), ['a', 'b'])).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining('"c" (U+0063)') as string,
    }) as Error,
  )
})

it("takes a recipe's prompt, a line break, where it is known, else the first character of the text", () => {
  expect(prompted(request({ steps: 3 }), ['\n', 'a'])).toEqual(request({ steps: 3 }))
  expect(prompted(request({ steps: 3 }), ['a', '🦊'])).toEqual(request({ steps: 3, samplePrompt: '🦊' }))
})

it('leaves images and unknown recipes to the planning', () => {
  expect(withPrompt(request({}, 'vit-mnist'), anImageDataset(), folder)).toEqual(request({}, 'vit-mnist'))
  expect(prompted(request({}, 'nothing'), ['a'])).toEqual(request({}, 'nothing'))
})
