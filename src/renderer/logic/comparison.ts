/** The comparison in words and in the columns that its rows do not carry themselves. */
import type { ComparisonRow, Run } from '../../shared/experiment.ts'
import { formatCount, formatProbability, unknown } from './format.ts'

/** What one variant cost, beside its losses. */
export interface Effort {
  /** Step of the best validation loss: "550", or "500–600" where the seeds differ. */
  step: string
  parameters: number | null
  /** Tokens, or images, per second: the mean over the runs that have a rate. */
  rate: number | null
  /** Mean wall time per run, of training and evaluation so far. */
  seconds: number | null
}

/** Tokens per second of a language model, images per second of a vision transformer. */
export const rateOf = (run: Run): number | null => run.tokensPerSecond ?? run.imagesPerSecond

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

export function effortOf(runs: readonly Run[]): Effort {
  const steps = runs.flatMap((run) => (run.bestValidation ? [run.bestValidation.step] : []))
  const first = Math.min(...steps)
  const last = Math.max(...steps)
  const started = runs.filter((run) => run.startedAt !== null)
  return {
    step:
      steps.length === 0
        ? unknown
        : first === last
          ? formatCount(first)
          : `${formatCount(first)}–${formatCount(last)}`,
    parameters: runs.find((run) => run.parameters !== null)?.parameters ?? null,
    rate: mean(runs.flatMap((run) => rateOf(run) ?? [])),
    seconds: mean(started.map((run) => run.seconds)),
  }
}

/** How many decimals a difference needs so that it does not read as zero: three, or four below 0.001. */
const nats = (value: number) => Math.abs(value).toFixed(Math.abs(value) < 0.001 ? 4 : 3)

/** One end of an interval, in words: "0.004 lower", "0.020 higher", "0". */
function side(value: number): string {
  if (Number(nats(value)) === 0) return '0'
  return `${nats(value)} ${value < 0 ? 'lower' : 'higher'}`
}

/**
 * The difference of a variant from the baseline as one plain sentence. It reports; it does not judge.
 * While runs are still training (`ended` is false) it says so.
 */
export function differenceSentence(
  row: ComparisonRow,
  baseline: ComparisonRow,
  nameOf: (attention: string) => string,
  ended: boolean,
): string {
  const name = nameOf(row.attention) + (ended ? '' : ', so far')
  const difference = row.differenceFromBaseline
  if (!difference) return `${name}: no seed is measured both for it and for ${nameOf(baseline.attention)}.`
  const shared = row.seeds.filter((seed) => baseline.seeds.includes(seed)).length
  const size =
    Number(nats(difference.mean)) === 0
      ? `within 0.0001 nats of ${nameOf(baseline.attention)}`
      : `${nats(difference.mean)} nats ${difference.mean < 0 ? 'lower' : 'higher'} than ${nameOf(baseline.attention)}`
  if (shared < 2 || !difference.ci95) return `${name}: ${size} on the same seed; one seed gives no interval.`
  const [low, high] = difference.ci95
  const p = difference.p === null ? '' : `, p ${withSign(difference.p)} (${difference.test})`
  return `${name}: ${size} on average over ${shared} seeds; 95 % interval ${side(low)} to ${side(high)}${p}.`
}

/** "= 0.031" or "< 0.001". */
export function withSign(p: number): string {
  const text = formatProbability(p)
  return text.startsWith('<') ? text : `= ${text}`
}
