/**
 * A comparison in plain sentences, which never say more than the numbers do: with one seed that nothing is known of the
 * spread, with an interval that includes zero that it does, and which runs did not get to their end. Better and worse are
 * those of the metric: a lower loss, a higher accuracy.
 */
import type { ComparisonRow, Difference } from '../../shared/comparison.ts'
import { endedStates, type RunState } from '../../shared/experiment.ts'
import { directionOf, type Chosen } from './evaluations.ts'
import { significance } from './power.ts'

export interface Telling extends Chosen {
  readonly sample: 'token' | 'image'
  readonly baseline: string
  /** How many differences are held against the baseline at once: what Holm's p is adjusted for. */
  readonly tests: number
  readonly baselineName: string
}

type Told = Omit<ComparisonRow, 'sentences'>

/** The difference of a variant from the baseline first, then what has to be known of its runs. */
export function sentencesOf(row: Told, telling: Telling): string[] {
  const isBaseline = row.attention === telling.baseline
  return [
    ...(isBaseline ? [] : [claim(row, telling)]),
    ...unfinishedRuns(row, telling),
    ...(row.differenceFromBaseline ? pairing(row, row.differenceFromBaseline) : []),
  ]
}

function claim(row: Told, telling: Telling): string {
  const { name } = row
  const baseline = telling.baselineName
  const difference = row.differenceFromBaseline
  if (!difference) return `${name} has no seed that was measured both with it and with ${baseline}.`
  const { mean, sd, ci95 } = difference
  const what = describeMetric(telling)
  const amount = amountsOf(difference, telling)
  const soFar = row.unfinished.some(({ state }) => !endedStates.has(state)) ? 'So far, ' : ''
  const seeds = plural(difference.seeds.length, 'seed')
  const side = (value: number) => (directionOf(telling.metric) * value > 0 ? 'worse' : 'better')

  if (sd === null || !ci95)
    return (
      `${soFar}${name} ` +
      (mean === 0 ? `is equal to ${baseline}` : `is ${side(mean)} than ${baseline} by ${amount(mean)}`) +
      ` (${what}) on the one seed they share; one seed says nothing of the spread over seeds, so it may be chance.`
    )
  if (sd === 0)
    return mean === 0
      ? `${soFar}${name} is equal to ${baseline} (${what}) on each of ${seeds}.`
      : `${soFar}${name} is ${side(mean)} than ${baseline} by exactly ${amount(mean)} (${what}) on each of ${seeds}: there is no spread to hold that against.`

  const [near, far] = Math.abs(ci95[0]) < Math.abs(ci95[1]) ? ci95 : [ci95[1], ci95[0]]
  if (ci95[0] <= 0 && ci95[1] >= 0)
    return (
      `${soFar}${name} and ${baseline} are not told apart: ${amount(mean)} ${side(mean)} on average (${what}), and the ` +
      `95 % interval, ${amount(near, '')} ${side(near)} to ${amount(far, '')} ${side(far)}, includes zero, ${seeds}, paired.`
    )
  return (
    `${soFar}${name} is ${side(mean)} than ${baseline} by ${amount(mean)} (${what}), ` +
    `95 % interval ${amount(near, '')} to ${amount(far, '')}, ${seeds}, paired.${manyTests(difference, telling)}`
  )
}

/** Several variants at once find a difference by chance more often than one: said where it changes the reading. */
function manyTests({ pHolm }: Difference, { tests }: Telling): string {
  if (pHolm === null || pHolm < significance) return ''
  return ` With ${tests} variants held against the baseline at once, p = ${pHolm.toFixed(3)} (paired t, Holm): not below ${significance}.`
}

/** "best validation loss", "last validation accuracy", "validation loss after step 500". */
export const describeMetric = ({ metric, at }: Chosen): string =>
  typeof at === 'number' ? `validation ${metric} after step ${count(at)}` : `${at} validation ${metric}`

/** Sizes with as many digits as the interval gives them: two of its half width. */
function amountsOf({ mean, ci95 }: Difference, { metric, sample }: Telling) {
  const factor = metric === 'loss' ? 1 : 100
  const scale = factor * (ci95 && ci95[1] > ci95[0] ? (ci95[1] - ci95[0]) / 2 : Math.abs(mean))
  const decimals = scale === 0 ? 3 : Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(scale))))
  const unit = metric === 'loss' ? ` nats per ${sample}` : ' percentage points'
  return (value: number, units = unit) => `${(factor * Math.abs(value)).toFixed(decimals)}${units}`
}

const words: Partial<Record<RunState, string>> = {
  stopped: 'was stopped',
  failed: 'failed',
  diverged: 'diverged',
  interrupted: 'was interrupted',
  paused: 'is paused',
}

function unfinishedRuns({ name, unfinished }: Told, { at }: Telling): string[] {
  const ended = unfinished.filter(({ state }) => endedStates.has(state))
  const active = unfinished.length - ended.length
  const told = ended.map(({ seed, state, step, steps }) => {
    const left = state === 'diverged' && at === 'last' ? ' and has no last value' : ''
    return `seed ${seed} ${words[state]} at step ${count(step)} of ${count(steps)}${left}`
  })
  if (active > 0) told.push(`${plural(active, 'run')} still ${active === 1 ? 'has' : 'have'} steps to do`)
  return told.length > 0 ? [`${name}: ${told.join(', ')}.`] : []
}

/** Which seeds are not in the difference, and which are compared over a part of their training. */
function pairing({ name, measured }: Told, { seeds, shortened }: Difference): string[] {
  const alone = measured?.seeds.filter((seed) => !seeds.includes(seed)) ?? []
  const parts = shortened.map(({ seed, step }) => `seed ${seed} up to step ${count(step)}`)
  return [
    ...(parts.length > 0
      ? [`${name}: pairs are compared as far as both runs got, ${parts.join(', ')}.`]
      : []),
    ...(alone.length > 0
      ? [`${name}: seed ${alone.join(', ')} has no partner and is not in the difference.`]
      : []),
  ]
}

const count = (value: number) => value.toLocaleString('en-US')
const plural = (value: number, singular: string) => `${count(value)} ${singular}${value === 1 ? '' : 's'}`
