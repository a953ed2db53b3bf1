import { expect, it } from 'vitest'
import { readPrompt } from '../../../src/renderer/logic/prompts.ts'

const draft = { prompt: 'KING:\n', tokens: '20', temperature: '0', topK: '0', seed: '3' }

it('reads what was typed, zeros included', () => {
  expect(readPrompt(draft)).toEqual({
    wanted: { prompt: 'KING:\n', tokens: 20, temperature: 0, topK: 0, seed: 3 },
  })
})

it.each([
  ['tokens', '', 'tokens must be a whole number from 1 to 100,000.'],
  ['tokens', '0', 'tokens must be a whole number from 1 to 100,000.'],
  ['temperature', '-1', 'temperature must be a number from 0 to 100.'],
  ['topK', '1.5', 'top-k must be a whole number from 0 to 1,000,000.'],
  ['seed', 'x', 'draw seed must be a whole number from 0 to 2,147,483,647.'],
  ['prompt', '', 'A text needs a beginning: type at least one character.'],
  ['prompt', 'a'.repeat(5000), 'The prompt has 5,000 characters; 4,096 are accepted.'],
])('says what is wrong with %s: %j', (field, text, problem) => {
  expect(readPrompt({ ...draft, [field]: text })).toEqual({ problems: { [field]: problem } })
})
