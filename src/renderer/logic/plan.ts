/** What pressing Run would start, in a line or two. */
import type { Recipe } from '../../shared/contract.ts'
import type { Estimate } from '../../shared/queue.ts'
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

/** "2 of these 6 runs have been trained before." */
export function describeDuplicates(duplicates: number, runs: number): string {
  if (runs === 1) return 'This very run exists already.'
  if (duplicates === runs) return 'These very runs exist already.'
  return `${duplicates} of these ${formatCount(runs)} runs exist already.`
}

/** All that a recipe says of itself: what it is, the number it should reach, where it is from. */
export function describeRecipe(recipe: Recipe | undefined): string {
  if (!recipe) return ''
  return [recipe.description, `Target: ${recipe.target}`, `Source: ${recipe.source}`].join('\n')
}
