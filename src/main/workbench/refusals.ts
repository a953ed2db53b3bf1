/**
 * Whether a configuration with a variant is a model at all, and one for the data at hand. Everything throws a
 * WorkbenchError that says which value stands against which, before anything is written or trained.
 */
import os from 'node:os'
import { contradiction } from '../../shared/attention.ts'
import { statistics } from '../../shared/catalogue/statistics.ts'
import type { Variant } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import {
  appliesTo,
  runConfigurationSchema,
  type ConfigurationKey,
  type Dataset,
  type DatasetKind,
  type ImageDataset,
  type RunConfiguration,
  type TextDataset,
} from '../../shared/experiment.ts'
import { chosenStatistics, statisticProfiles } from '../../shared/statistics.ts'
import { logitsProduct, megabytes, vocabularyCost } from '../../shared/vocabulary.ts'
import { closestName } from './identifiers.ts'

const refuse = (message: string, hint: string): never => {
  throw new WorkbenchError('invalid-request', message, hint)
}

/** As many as the longest context: attention takes memory with the square of them. */
const mostTokens = runConfigurationSchema.shape.context.maxValue!

/** Values that were asked for and would decide nothing. @throws WorkbenchError invalid-request */
export function refuseIdleSettings(overrides: Partial<RunConfiguration>, kind: DatasetKind): void {
  for (const key of Object.keys(overrides) as ConfigurationKey[])
    if (!appliesTo(kind, key))
      refuse(`The setting "${key}" decides nothing in a run on ${kind}.`, 'Leave it out.')
}

/** @param selection the value `statistics` of a configuration. @throws WorkbenchError unknown-statistic */
export function refuseUnknownStatistics(selection: string): void {
  const [unknown] = chosenStatistics(selection).unknown
  if (unknown !== undefined)
    refuseStatistic(unknown, [...statisticProfiles, ...statistics.map(({ id }) => id)])
}

/** @throws WorkbenchError unknown-statistic, with the nearest of the known names */
export function refuseStatistic(name: string, known: readonly string[]): never {
  const closest = closestName(name, known)
  throw new WorkbenchError(
    'unknown-statistic',
    `There is no statistic "${name}".`,
    `${closest ? `Did you mean "${closest}"? ` : ''}The command "statistics list" has them all.`,
  )
}

/** @throws WorkbenchError invalid-request or future-leak */
export function refuseModel(variant: Variant, configuration: RunConfiguration, kind: DatasetKind): void {
  const { axes } = variant
  const { heads, width, positions } = configuration
  const named = `"${variant.id}"`
  if (width % heads !== 0)
    refuse(
      `A width of ${width} cannot be divided among ${heads} heads.`,
      `Choose a number of heads that divides the width, or a width that is a multiple of ${heads}.`,
    )
  const contradicted = contradiction(axes)
  if (contradicted) refuse(`${named} contradicts itself: ${contradicted}.`, 'Change one of these axes.')
  if (kind === 'text' && variant.futureLeak)
    throw new WorkbenchError(
      'future-leak',
      `${named} would let a token see the future: ${variant.futureLeak}.`,
      'Use it with images, or choose a variant that looks at the past only (see the command variants).',
    )
  if (axes.operator === 'differential' && heads % 2 !== 0)
    refuse(`${named} joins heads in pairs, and there are ${heads}.`, 'Choose an even number of heads.')
  if (positions === 'rotary' && (width / heads) % 2 !== 0)
    refuse(
      `Rotary positions turn channels in pairs, and a head has ${width / heads} (width ${width}, ${heads} heads).`,
      'Choose heads of an even width, or other positions.',
    )
  if (positions === 'rotary' && axes.readout === 'tied-gradient')
    refuse(
      `${named} reads keys mapped back by the query map, and that is no gradient once positions have turned both.`,
      'Choose positions other than rotary.',
    )
}

/**
 * @param memory bytes of this machine
 * @throws WorkbenchError text-too-short or invalid-request
 */
export function refuseDataset(
  dataset: Dataset,
  configuration: RunConfiguration,
  memory: number = os.totalmem(),
): void {
  if (dataset.kind === 'text') {
    refuseShortText(dataset, configuration.context)
    refuseLogits(dataset, configuration, memory)
  } else refuseImages(dataset, configuration)
}

/** What does not fit into memory by its logits alone cannot be trained. */
function refuseLogits({ name, vocabulary }: TextDataset, configuration: RunConfiguration, memory: number) {
  const { logitsBytes } = vocabularyCost(vocabulary, configuration)
  if (logitsBytes <= memory) return
  refuse(
    `The logits of a batch of "${name}" would take ${megabytes(logitsBytes)} ` +
      `(${logitsProduct(vocabulary, configuration)}); this machine has ${megabytes(memory)} of memory.`,
    'Choose a smaller batchSize or context, or import the text with fewer tokens.',
  )
}

/** A split must hold one whole context and the token after it. */
function refuseShortText(dataset: Dataset, context: number): void {
  const shortest = dataset.train < dataset.validation ? 'training' : 'validation'
  const tokens = Math.min(dataset.train, dataset.validation)
  if (tokens > context) return
  throw new WorkbenchError(
    'text-too-short',
    `"${dataset.name}" has ${tokens} ${shortest} tokens, too few for a context of ${context}.`,
    tokens > 1 ? `Use a longer text, or a context of at most ${tokens - 1}.` : 'Use a longer text.',
  )
}

function refuseImages({ name, height, width }: ImageDataset, configuration: RunConfiguration): void {
  const { patchSize, shiftPixels } = configuration
  const size = `${height} × ${width} pixels`
  const fitting = divisors(height, width).filter((side) => patchTokens(height, width, side) <= mostTokens)
  const choices = fitting.length > 0 ? `Choose a patchSize of ${fitting.join(', ')}.` : 'Use smaller images.'
  if (height % patchSize !== 0 || width % patchSize !== 0)
    refuse(`Patches of ${patchSize} pixels do not tile the images of "${name}", ${size}.`, choices)
  const tokens = patchTokens(height, width, patchSize)
  if (tokens > mostTokens)
    refuse(
      `An image of "${name}", ${size}, would be ${tokens} tokens in patches of ${patchSize}; the most is ${mostTokens}.`,
      choices,
    )
  if (shiftPixels >= Math.min(height, width))
    refuse(
      `A shift of up to ${shiftPixels} pixels could move the images of "${name}", ${size}, out of sight.`,
      `Choose a shiftPixels below ${Math.min(height, width)}.`,
    )
}

/** Patches of an image, and the class token. */
const patchTokens = (height: number, width: number, side: number) => (height / side) * (width / side) + 1

/** Sides of the square patches that tile an image, ascending. */
const divisors = (height: number, width: number) =>
  Array.from({ length: Math.min(height, width) }, (_, index) => index + 1).filter(
    (side) => height % side === 0 && width % side === 0,
  )
