/**
 * The options of a run: which groups they are shown in, what may be typed, and what differs from the recipe.
 * The schema in src/shared/experiment.ts is the one source of keys, hints, choices and limits.
 */
import { z } from 'zod'
import {
  appliesTo,
  runConfigurationSchema,
  type ConfigurationKey,
  type Dataset,
  type DatasetKind,
  type RunConfiguration,
} from '../../shared/experiment.ts'
import { readEscapes } from './escapes.ts'

export type OptionKey = ConfigurationKey
export type OptionValue = RunConfiguration[OptionKey]
export type Overrides = Partial<Record<OptionKey, OptionValue>>

export interface OptionGroup {
  name: string
  /** What is changed most often: always in view. */
  common: readonly OptionKey[]
  /** Folded away. */
  rest: readonly OptionKey[]
}

export const optionGroups: readonly OptionGroup[] = [
  {
    name: 'Model',
    common: ['layers', 'heads', 'width', 'context', 'mlpRatio', 'dropout'],
    rest: [
      ...(['activation', 'biases', 'tiedHead', 'positions', 'norm', 'normPlacement'] as const),
      ...(['residual', 'stepSize', 'learnedStepSize', 'initialDeviation'] as const),
    ],
  },
  { name: 'Images', common: ['patchSize', 'pooling'], rest: [] },
  { name: 'Augmentation', common: ['shiftPixels', 'flip', 'smallestCrop'], rest: [] },
  {
    name: 'Optimisation',
    common: ['steps', 'batchSize', 'learningRate', 'warmupSteps', 'weightDecay'],
    rest: ['minimumLearningRate', 'decaySteps', 'beta1', 'beta2', 'epsilon', 'clipNorm'],
  },
  { name: 'Evaluation', common: ['evaluationInterval', 'evaluationTokens'], rest: [] },
  {
    name: 'Samples',
    common: ['samplePrompt', 'temperature', 'topK'],
    rest: ['sampleInterval', 'sampleTokens'],
  },
  {
    name: 'Statistics',
    common: ['statistics'],
    rest: ['probeTokens', 'probeSequences', 'probeMegabytes'],
  },
]

/** The groups with the keys that decide anything for data of this kind; empty groups are left out. */
export function groupsFor(kind: DatasetKind): OptionGroup[] {
  const applies = (key: OptionKey) => appliesTo(kind, key)
  return optionGroups
    .map(({ name, common, rest }) => ({ name, common: common.filter(applies), rest: rest.filter(applies) }))
    .filter(({ common, rest }) => common.length + rest.length > 0)
}

const fields = runConfigurationSchema.shape

/** What a key means, in the words of the schema. */
export function optionHint(key: OptionKey): string {
  return fields[key].description ?? ''
}

export type OptionControl =
  { kind: 'switch' } | { kind: 'choice'; choices: readonly string[] } | { kind: 'text' } | { kind: 'number' }

/** How a key is set: what its schema is. */
export function optionControl(key: OptionKey): OptionControl {
  const field: unknown = fields[key]
  if (field instanceof z.ZodBoolean) return { kind: 'switch' }
  if (field instanceof z.ZodEnum) return { kind: 'choice', choices: field.options.map(String) }
  return { kind: field instanceof z.ZodString ? 'text' : 'number' }
}

export type ParsedOption = { value: OptionValue; error: null } | { value: null; error: string }

/** What was typed, as a value of the key; the error names the key and the limits. */
export function parseOption(key: OptionKey, text: string): ParsedOption {
  const trimmed = text.trim()
  const typed =
    optionControl(key).kind === 'text' ? readEscapes(text) : trimmed === '' ? undefined : Number(trimmed)
  const result = fields[key].safeParse(typed)
  return result.success
    ? { value: result.data, error: null }
    : { value: null, error: `${key} must be ${describeLimits(key)}.` }
}

function describeLimits(key: OptionKey): string {
  const field: unknown = fields[key]
  if (field instanceof z.ZodString) return `at most ${field.maxLength?.toLocaleString('en-US')} characters`
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

/** The overrides that really differ from the recipe and decide something for data of this kind. */
export function differences(overrides: Overrides, recipe: RunConfiguration, kind: DatasetKind): Overrides {
  return Object.fromEntries(
    Object.entries(overrides).filter(
      ([key, value]) => appliesTo(kind, key as OptionKey) && value !== recipe[key as OptionKey],
    ),
  )
}

/** A combination of values that no model of this data can have, as one sentence naming the keys; null when there is none. */
export function conflict(configuration: RunConfiguration, dataset: Dataset): string | null {
  const { width, heads, patchSize } = configuration
  if (width % heads !== 0)
    return `heads (${heads}) must divide width (${width}): try ${heads * Math.max(1, Math.round(width / heads))} for width.`
  if (dataset.kind === 'images' && (dataset.height % patchSize !== 0 || dataset.width % patchSize !== 0))
    return `patchSize (${patchSize}) must divide the ${dataset.height} × ${dataset.width} pixels of an image.`
  return null
}
