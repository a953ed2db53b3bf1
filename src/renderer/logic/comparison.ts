/** What the comparison shows, from the rows that the workbench made of it. All arithmetic is in src/main/compare. */
import type { Comparison, ComparisonMetric, ComparisonPlace, ComparisonRow } from '../../shared/comparison.ts'
import type { Run } from '../../shared/experiment.ts'
import {
  formatCount,
  formatDifference,
  formatLoss,
  formatProbability,
  formatShare,
  unknown,
} from './format.ts'

/** Tokens per second of a language model, images per second of a vision transformer. */
export const rateOf = (run: Run): number | null => run.tokensPerSecond ?? run.imagesPerSecond

export const placeName = (at: ComparisonPlace): string =>
  typeof at === 'number' ? `after step ${formatCount(at)}` : at

/** "best validation loss, nats/token", "last validation accuracy". */
export function metricTitle({ metric, at, sample }: Pick<Comparison, 'metric' | 'at' | 'sample'>): string {
  const units = metric === 'loss' ? `, nats/${sample}` : ''
  return typeof at === 'number' ? `${metric} ${placeName(at)}${units}` : `${at} validation ${metric}${units}`
}

/** A value of the metric: 2.4819, or 96.12 %. */
export const formatValue = (value: number | null, metric: ComparisonMetric): string =>
  metric === 'loss' ? formatLoss(value) : formatShare(value)

/** A difference of two, with its sign. */
export function formatSigned(value: number, metric: ComparisonMetric): string {
  if (metric === 'loss') return formatDifference(value)
  return `${value < 0 ? '−' : '+'}${formatShare(Math.abs(value))}`
}

/** "600" where all runs have it there, else "450–600". */
export function formatSteps(steps: readonly [first: number, last: number] | undefined): string {
  if (!steps) return unknown
  const [first, last] = steps
  return first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`
}

/** Large counts with four digits that say something: 804,096 as it is, 12,345,678 as "12.3 M". */
export function formatLarge(value: number | null): string {
  if (value === null || value < 1_000_000) return formatCount(value === null ? null : Math.round(value))
  const [size, unit] = value < 1e9 ? [1e6, 'M'] : value < 1e12 ? [1e9, 'G'] : [1e12, 'T']
  return `${(value / size).toPrecision(3)} ${unit}`
}

/** A number of the second table: what it is of a variant, and what it is at all. */
export interface ComparisonTest {
  name: string
  meaning: string
  value(row: ComparisonRow): string
}

/** What stands behind the sentences, from what a test says to what a whole curve says. */
export function comparisonTests({ metric, target }: Pick<Comparison, 'metric' | 'target'>): ComparisonTest[] {
  const signed = (value: number) => formatSigned(value, metric)
  const better = metric === 'loss' ? 'lower' : 'higher'
  return [
    {
      name: 'paired t',
      meaning: 'p of the paired t test: how often chance alone gives a difference at least this large',
      value: ({ differenceFromBaseline: it }) => probability(it?.p),
    },
    {
      name: 'Holm',
      meaning: 'the same p, raised for the number of variants that are held against the baseline at once',
      value: ({ differenceFromBaseline: it }) => probability(it?.pHolm),
    },
    {
      name: 'signed rank',
      meaning:
        'p of Wilcoxon’s signed rank test, exact; it assumes no bell curve, and with 5 seeds cannot be below 0.0625',
      value: ({ differenceFromBaseline: it }) => probability(it?.wilcoxon?.p),
    },
    {
      name: 'Hedges’ g',
      meaning: 'the difference in standard deviations of the differences, corrected for few seeds',
      value: ({ differenceFromBaseline: it }) => it?.hedgesG?.toFixed(2).replace('-', '−') ?? unknown,
    },
    {
      name: 'bootstrap',
      meaning: '95 % interval of the difference by resampling seeds (BCa): too narrow with fewer than ten',
      value: ({ differenceFromBaseline: it }) => it?.bootstrap?.ci95.map(signed).join(' to ') ?? unknown,
    },
    {
      name: 'better in',
      meaning: `share of all pairs of a run of the variant and one of the baseline in which its ${metric} is ${better}`,
      value: ({ differenceFromBaseline: it }) =>
        it ? `${Math.round(100 * it.probabilityOfImprovement)} %` : unknown,
    },
    {
      name: 'seeds it takes',
      meaning:
        'seeds with which a paired t test would find a difference of this size four times in five; a guess from the few seen',
      value: ({ differenceFromBaseline: it }) => formatLarge(it?.seedsNeeded ?? null), // prettier-ignore
    },
    {
      name: 'over training',
      meaning: `mean ${metric} over all steps, the area under the validation curve`,
      value: ({ areaUnderCurve }) => formatValue(areaUnderCurve?.mean ?? null, metric),
    },
    {
      name: `steps to ${formatValue(target, metric)}`,
      meaning: 'first evaluation that has it, mean over the seeds that reached it; every finished run did',
      value: ({ reached }) =>
        reached
          ? formatCount(reached.steps) +
            (reached.runs < reached.of ? ` (${reached.runs} of ${reached.of})` : '')
          : unknown,
    },
  ]
}

const probability = (p: number | null | undefined): string =>
  typeof p === 'number' ? formatProbability(p) : unknown
