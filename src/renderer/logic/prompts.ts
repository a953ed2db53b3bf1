/** The form with which a person lets models continue a prompt: what was typed, and what it asks for. */
import { sampleRequestSchema } from '../../shared/contract.ts'
import { formatCount } from './format.ts'

export const promptFields = ['tokens', 'temperature', 'topK', 'seed'] as const
export type PromptField = (typeof promptFields)[number]
/** As typed. */
export type PromptDraft = Record<PromptField | 'prompt', string>
export type WantedText = Record<PromptField, number> & { prompt: string }

export const fieldMeanings: Record<PromptField, string> = {
  tokens: 'how many follow the prompt',
  temperature: 'divides the logits; 0 takes the likeliest token',
  topK: 'a choice among this many of the likeliest tokens; 0: all',
  seed: 'of the draws: the same seed and prompt give the same text',
}
export const fieldLabels: Record<PromptField, string> = {
  tokens: 'tokens',
  temperature: 'temperature',
  topK: 'top-k',
  seed: 'draw seed',
}

const fieldLimits: Record<PromptField, string> = {
  tokens: 'a whole number from 1 to 100,000',
  temperature: 'a number from 0 to 100',
  topK: 'a whole number from 0 to 1,000,000',
  seed: 'a whole number from 0 to 2,147,483,647',
}

const longestPrompt = sampleRequestSchema.shape.prompt.unwrap().maxLength!

/** What is wrong with a draft, by field. */
export type PromptProblems = Partial<Record<PromptField | 'prompt', string>>

export function readPrompt(draft: PromptDraft): { wanted: WantedText } | { problems: PromptProblems } {
  const problems: PromptProblems = {}
  if (draft.prompt === '') problems.prompt = 'A text needs a beginning: type at least one character.'
  if (draft.prompt.length > longestPrompt)
    problems.prompt = `The prompt has ${formatCount(draft.prompt.length)} characters; ${formatCount(longestPrompt)} are accepted.`
  const numbers = {} as Record<PromptField, number>
  for (const field of promptFields) {
    const value = draft[field].trim() === '' ? NaN : Number(draft[field])
    const parsed = sampleRequestSchema.shape[field].unwrap().safeParse(value)
    if (parsed.success) numbers[field] = parsed.data
    else problems[field] = `${fieldLabels[field]} must be ${fieldLimits[field]}.`
  }
  return Object.keys(problems).length > 0 ? { problems } : { wanted: { prompt: draft.prompt, ...numbers } }
}
