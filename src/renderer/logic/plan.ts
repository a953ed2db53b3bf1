/** What pressing Run would start: in a line or two, and variant by variant. */
import type { Recipe } from '../../shared/contract.ts'
import type { Dataset, RunConfiguration } from '../../shared/experiment.ts'
import type { Duplicate, Estimate, Plan, VariantEstimate } from '../../shared/queue.ts'
import { formatBytes, formatCount, formatDuration, formatPlural } from './format.ts'

/** "3 variants × 2 seeds = 6 runs, 600 steps each". */
export function describePlan(variants: number, seeds: number, steps: number): string {
  const runs = variants * seeds
  const each = runs === 1 ? '' : ' each'
  return (
    `${formatPlural(variants, 'variant')} × ${formatPlural(seeds, 'seed')} = ` +
    `${formatPlural(runs, 'run')}, ${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'}${each}`
  )
}

/** "About 2 min 05 s, up to 1.2 GB of memory"; says where that is more than there is. */
export function describeEstimate({ seconds, peakBytes, memoryBytes }: Estimate): string {
  if (seconds === null || peakBytes === null) return ''
  const memory = `up to ${formatBytes(peakBytes)} of memory`
  const lacks = peakBytes > memoryBytes ? `, more than the ${formatBytes(memoryBytes)} of this machine` : ''
  return `About ${formatDuration(seconds)}, ${memory}${lacks}`
}

/** Null where the machine has the memory, or nothing is known. */
export const describeShortage = ({ peakBytes, memoryBytes }: Estimate): string | null =>
  peakBytes === null || peakBytes <= memoryBytes
    ? null
    : `Up to ${formatBytes(peakBytes)} of memory would be held at once, and this machine has ${formatBytes(memoryBytes)}: lower the batchSize, the width or the number of runs at once.`

/** Bytes of the matrices A of one batch, which a training step keeps: layers · B · H · T² · 4. */
export function attentionBytes(configuration: RunConfiguration, dataset: Dataset): number {
  const { layers, heads, batchSize, context, patchSize } = configuration
  const tokens = dataset.kind === 'text' ? context : (dataset.height * dataset.width) / patchSize ** 2
  return layers * batchSize * heads * tokens ** 2 * 4
}

/** What can be said before anything is tried; null where those matrices fit. */
export function describeAttentionShortage(bytes: number, memoryBytes: number): string | null {
  if (bytes <= memoryBytes) return null
  return `The attention matrices of one batch alone take about ${formatBytes(bytes)}, and this machine has ${formatBytes(memoryBytes)} of memory: lower the batchSize${bytes > 4 * memoryBytes ? ' and the number of tokens' : ''}.`
}

/** Whether the memory of this machine will do: by what was measured, else by what can be said before. */
export function planShortage(
  estimate: Estimate | undefined,
  configuration: RunConfiguration | null,
  dataset: Dataset | null,
): string | null {
  if (!estimate) return null
  if (estimate.peakBytes !== null) return describeShortage(estimate)
  return configuration && dataset
    ? describeAttentionShortage(attentionBytes(configuration, dataset), estimate.memoryBytes)
    : null
}

/** "31 ms", "1.2 s": of a step. */
export const formatStep = (stepMs: number): string =>
  stepMs < 1000 ? `${stepMs.toPrecision(stepMs < 100 ? 2 : 3)} ms` : `${(stepMs / 1000).toPrecision(2)} s`

/** What an estimate rests on: "From earlier runs on cpu with 2 threads." */
export function describeBasis(variants: readonly VariantEstimate[]): string {
  const groups = new Map<string, number>()
  for (const { source, device, threads } of variants) {
    const how = source === 'run' ? 'earlier runs' : 'a few steps that were tried'
    const where = device === 'cpu' ? `cpu with ${formatPlural(threads, 'thread')}` : device
    const words = `${how} on ${where}`
    groups.set(words, (groups.get(words) ?? 0) + 1)
  }
  const parts = [...groups].map(([words, count]) =>
    groups.size === 1 ? words : `${words} (${formatPlural(count, 'variant')})`,
  )
  return parts.length === 0 ? '' : `From ${parts.join(', ')}.`
}

/** "as many as Standard", "1,024 more: diagonal Σ per head"; nothing of the first variant itself. */
export function describeParameters(
  attention: string,
  parameters: Plan['parameters'],
  baseline: string,
  learns: string,
): string {
  const [first] = parameters
  const own = parameters.find((one) => one.attention === attention)
  if (!first || !own || own === first) return ''
  const more = own.count - first.count
  if (more === 0) return `as many as ${baseline}`
  const size = `${formatCount(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than ${baseline}`
  return learns === 'none' ? size : `${size}: ${learns}`
}

/** "2 of these 6 runs have been trained before." */
export function describeDuplicates(duplicates: number, runs: number): string {
  if (runs === 1) return 'This very run exists already.'
  if (duplicates === runs) return 'These very runs exist already.'
  return `${duplicates} of these ${formatCount(runs)} runs exist already.`
}

/** "Standard (seeds 0, 1), Laplacian (seed 2)". */
export function listDuplicates(
  duplicates: readonly Duplicate[],
  nameOf: (attention: string) => string,
): string {
  const seeds = new Map<string, number[]>()
  for (const { attention, seed } of duplicates) seeds.set(attention, [...(seeds.get(attention) ?? []), seed])
  return [...seeds]
    .map(([id, its]) => `${nameOf(id)} (${its.length === 1 ? 'seed' : 'seeds'} ${its.join(', ')})`)
    .join(', ')
}

/** All that a recipe says of itself: what it is, the number it should reach, where it is from. */
export function describeRecipe(recipe: Recipe | undefined): string {
  if (!recipe) return ''
  return [recipe.description, `Target: ${recipe.target}`, `Source: ${recipe.source}`].join('\n')
}
