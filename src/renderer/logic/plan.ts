/** What pressing Run would start, in one line. */
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
