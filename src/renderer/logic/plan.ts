/** What pressing Run would start, in a line or two. */
import type { Recipe } from '../../shared/contract.ts'
import { formatCount, formatPlural } from './format.ts'

/** "3 variants × 2 seeds = 6 runs, 600 steps each". */
export function describePlan(variants: number, seeds: number, steps: number): string {
  const runs = variants * seeds
  const each = runs === 1 ? '' : ' each'
  return (
    `${formatPlural(variants, 'variant')} × ${formatPlural(seeds, 'seed')} = ` +
    `${formatPlural(runs, 'run')}, ${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'}${each}`
  )
}

/** All that a recipe says of itself: what it is, the number it should reach, where it is from. */
export function describeRecipe(recipe: Recipe | undefined): string {
  if (!recipe) return ''
  return [recipe.description, `Target: ${recipe.target}`, `Source: ${recipe.source}`].join('\n')
}
