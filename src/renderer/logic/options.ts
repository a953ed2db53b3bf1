/**
 * The options of a run: which groups they are shown in, what may be typed, and what differs from the recipe.
 * The schema in src/shared/experiment.ts is the one source of keys, hints and limits.
 */
import { z } from 'zod'
import { runConfigurationSchema, type RunConfiguration } from '../../shared/experiment.ts'

export type OptionKey = keyof RunConfiguration
export type OptionValue = RunConfiguration[OptionKey]
export type Overrides = Partial<Record<OptionKey, OptionValue>>

export const optionGroups: readonly { name: string; keys: readonly OptionKey[] }[] = [
  {
    name: 'Model',
    keys: ['layers', 'heads', 'width', 'context', 'mlpRatio', 'biases', 'tiedHead', 'dropout'],
  },
  {
    name: 'Optimisation',
    keys: [
      'steps',
      'batchSize',
      'learningRate',
      'minimumLearningRate',
      'warmupSteps',
      'decaySteps',
      'beta1',
      'beta2',
      'epsilon',
      'weightDecay',
      'clipNorm',
    ],
  },
  { name: 'Evaluation', keys: ['evaluationInterval', 'evaluationTokens'] },
]

const fields = runConfigurationSchema.shape

/** What a key means, in the words of the schema. */
export function optionHint(key: OptionKey): string {
  return fields[key].description ?? ''
}

export function isSwitch(key: OptionKey): boolean {
  return fields[key] instanceof z.ZodBoolean
}

export type ParsedOption = { value: OptionValue; error: null } | { value: null; error: string }

/** A typed number as a value of the key; the error names the key and the limits. */
export function parseOption(key: OptionKey, text: string): ParsedOption {
  const trimmed = text.trim()
  const result = fields[key].safeParse(trimmed === '' ? undefined : Number(trimmed))
  return result.success
    ? { value: result.data, error: null }
    : { value: null, error: `${key} must be ${describeLimits(key)}.` }
}

function describeLimits(key: OptionKey): string {
  const field: unknown = fields[key]
  if (!(field instanceof z.ZodNumber)) return 'on or off'
  const noun = field.format === 'safeint' ? 'a whole number' : 'a number'
  const { minValue, maxValue } = field
  const above = minValue !== null && Number.isFinite(minValue) && Math.abs(minValue) < Number.MAX_SAFE_INTEGER
  const below = maxValue !== null && Number.isFinite(maxValue) && Math.abs(maxValue) < Number.MAX_SAFE_INTEGER
  const opens = above && !field.safeParse(minValue).success
  const closes = below && !field.safeParse(maxValue).success
  const plain = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 6 })
  if (above && below && !opens && !closes) return `${noun} from ${plain(minValue)} to ${plain(maxValue)}`
  const limits = [
    above ? `${opens ? 'above' : 'at least'} ${plain(minValue)}` : '',
    below ? `${closes ? 'below' : 'at most'} ${plain(maxValue)}` : '',
  ].filter(Boolean)
  return limits.length > 0 ? `${noun}, ${limits.join(' and ')}` : noun
}

/** The overrides that really differ from the recipe. */
export function differences(overrides: Overrides, recipe: RunConfiguration): Overrides {
  return Object.fromEntries(
    Object.entries(overrides).filter(([key, value]) => value !== recipe[key as OptionKey]),
  )
}

/** A combination of values that no model can have, as one sentence naming the keys; null when there is none. */
export function conflict(configuration: RunConfiguration): string | null {
  const { width, heads } = configuration
  if (width % heads !== 0)
    return `heads (${heads}) must divide width (${width}): try ${heads * Math.max(1, Math.round(width / heads))} for width.`
  return null
}
