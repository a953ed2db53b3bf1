/** The table of an experiment, what it says in sentences, the tests behind them, and what models without training reach. */
import type { Comparison, ComparisonChoice, ComparisonRow, Difference } from '../../../shared/comparison.ts'
import { bestNgram, type TextBaselines } from '../../../shared/experiment.ts'
import type { Workbench } from '../../workbench.ts'
import { formatAccuracy, formatCount, formatDifference, formatLoss, unknown } from './format.ts'
import { comparisonDocument } from './documents.ts'
import { note, onOneLine, print, printDocument, styled, table, type Column } from './output.ts'

/** comparison: compares what is recorded of an experiment, with nothing trained. */
export async function printComparison(
  { api }: Workbench,
  experiment: string,
  { json, metric, at, baseline, target }: ComparisonChoice & { json?: boolean },
): Promise<void> {
  const comparison = await api.compareExperiment({ id: experiment, metric, at, baseline, target })
  if (json) return printDocument(comparisonDocument(comparison))
  print(comparisonText(comparison))
  if (metric === undefined) await printAccuracy({ api }, comparison, { at, baseline })
  note('What every number is, and what it cannot say: docs/comparison.md')
}

/** Of images the sentences about accuracy, beside those about the loss. */
export async function printAccuracy(
  { api }: Pick<Workbench, 'api'>,
  { experiment: id, sample, comparison: rows }: Comparison,
  choice: Omit<ComparisonChoice, 'metric' | 'target'>,
): Promise<void> {
  if (sample !== 'image' || rows.length === 0) return
  const { comparison } = await api.compareExperiment({ id, ...choice, metric: 'accuracy' })
  const claims = comparison.flatMap((row) => (row.differenceFromBaseline ? row.sentences.slice(0, 1) : []))
  if (claims.length > 0) print(['', ...claims.map(onOneLine)].join('\n'))
}

export function comparisonText(compared: Comparison): string {
  const { comparison, baselines, sample, metric } = compared
  if (comparison.length === 0) return 'No run got as far as a validation.'
  const sentences = comparison.flatMap((row) => row.sentences)
  const tested = comparison.filter(
    ({ differenceFromBaseline }) => typeof differenceFromBaseline?.sd === 'number',
  )
  const seeds = Math.max(...comparison.map((row) => row.seeds.length))
  const remarks = [
    ...(baselines ? [baselineSentence(baselines)] : []),
    `Losses are nats per ${sample} on the validation split` +
      (sample === 'image' && metric === 'loss'
        ? '; accuracies are those of the evaluations with the best loss.'
        : '.'),
    seeds === 1
      ? 'One seed gives no interval: name several, for example --seeds 0,1,2.'
      : '± is the standard deviation over seeds, [ ] the 95 % interval (Student t) of the difference, paired by seed.',
  ]
  return [
    table(comparison, columns(compared)),
    ...(sentences.length > 0 ? ['', ...sentences.map(onOneLine)] : []),
    ...(tested.length > 0 ? ['', table(tested, testColumns(compared))] : []),
    '',
    ...remarks.map((line) => styled('dim', line)),
  ].join('\n')
}

function baselineSentence(baselines: TextBaselines): string {
  const ngram = bestNgram(baselines)
  const models = [
    `uniform ${formatLoss(baselines.uniform)}`,
    `unigram ${formatLoss(baselines.unigram)}`,
    `bigram ${formatLoss(baselines.bigram)}`,
    ...(ngram ? [`${ngram.n}-gram ${formatLoss(ngram.loss)} (the best of Witten-Bell’s)`] : []),
  ]
  return `Without any training: ${models.join(', ')}.`
}

/** What is typed, with the name that the sentences have where it is another: "l2 (Distance)". */
const nameOf = ({ attention, name }: ComparisonRow): string =>
  name.toLowerCase().replaceAll(' ', '-') === attention ? attention : `${attention} (${name})`

/** "best validation loss", "accuracy after step 500". */
const titleOf = ({ metric, at }: Comparison): string =>
  typeof at === 'number' ? `${metric} after step ${formatCount(at)}` : `${at} validation ${metric}`

function columns(compared: Comparison): Column<ComparisonRow>[] {
  const { runs, baseline, sample, metric } = compared
  const [format, formatSigned] = formats(compared)
  const hasOthers = new Set(runs.map((run) => run.attention)).size > 1
  const difference: Column<ComparisonRow> = {
    title: `difference from ${baseline}`,
    value: ({ attention, differenceFromBaseline: against }) => {
      if (!against) return attention === baseline ? 'baseline' : unknown
      const interval = against.ci95?.map(formatSigned).join(', ')
      return formatSigned(against.mean) + (interval ? ` [${interval}]` : '')
    },
  }
  const accuracy: Column<ComparisonRow> = {
    title: 'accuracy',
    value: ({ bestAccuracy: it }) => (it ? withSpread(it, formatAccuracy) : unknown),
  }
  return [
    { title: 'variant', value: nameOf },
    { title: 'seeds', value: (row) => row.measured?.seeds.join(',') || unknown },
    {
      title: titleOf(compared),
      value: ({ measured }) => (measured ? withSpread(measured, format) : unknown),
    },
    {
      title: 'step',
      align: 'right',
      value: ({ measured }) => (measured ? formatRange(measured.steps) : unknown),
    },
    ...(sample === 'image' && metric === 'loss' ? [accuracy] : []),
    ...(hasOthers ? [difference] : []),
    { title: 'parameters', align: 'right', value: ({ effort }) => formatCount(effort.parameters) },
    {
      title: `${sample}s`,
      align: 'right',
      value: ({ effort }) => formatCount(rounded(effort.samples)),
    },
    {
      title: `${sample}s/s`,
      align: 'right',
      value: ({ effort }) => formatCount(effort.samplesPerSecond),
    },
    { title: 'seconds', align: 'right', value: ({ effort }) => formatCount(effort.seconds, 1) },
  ]
}

/** What stands behind the sentences: of the variants that share two seeds or more with the baseline. */
function testColumns(compared: Comparison): Column<ComparisonRow>[] {
  const { target } = compared
  const [format, formatSigned] = formats(compared)
  const ofDifference = (
    title: string,
    value: (difference: Difference) => string | null,
  ): Column<ComparisonRow> => ({
    title,
    align: 'right',
    value: ({ differenceFromBaseline: it }) => (it && value(it)) ?? unknown,
  })
  return [
    { title: 'variant', value: (row) => row.attention },
    ofDifference('paired t p', ({ p }) => p === null ? null : formatProbability(p)), // prettier-ignore
    ofDifference('Holm', ({ pHolm }) => pHolm === null ? null : formatProbability(pHolm)), // prettier-ignore
    ofDifference('signed rank p', ({ wilcoxon }) => wilcoxon && formatProbability(wilcoxon.p)),
    ofDifference("Hedges' g", ({ hedgesG }) => hedgesG === null ? null : hedgesG.toFixed(2).replace('-', '−')), // prettier-ignore
    ofDifference('bootstrap (BCa)', ({ bootstrap }) => bootstrap && `[${bootstrap.ci95.map(formatSigned).join(', ')}]`), // prettier-ignore
    ofDifference('better in pairs of runs', ({ probabilityOfImprovement: p }) => `${Math.round(100 * p)} %`),
    ofDifference('seeds for such a difference', ({ seedsNeeded }) => seedsNeeded === null ? null : formatCount(seedsNeeded)), // prettier-ignore
    {
      title: 'mean over training',
      align: 'right',
      value: ({ areaUnderCurve }) => (areaUnderCurve ? format(areaUnderCurve.mean) : unknown),
    },
    {
      title: `steps to ${target === null ? unknown : format(target)}`,
      align: 'right',
      value: ({ reached }) =>
        reached
          ? formatCount(rounded(reached.steps)) +
            (reached.runs < reached.of ? ` (${reached.runs} of ${reached.of})` : '')
          : unknown,
    },
  ]
}

/** Of values and of differences of the metric. */
function formats({ metric }: Comparison): [(value: number) => string, (value: number) => string] {
  if (metric === 'loss') return [formatLoss, formatDifference]
  return [formatAccuracy, (share) => `${share < 0 ? '−' : '+'}${formatAccuracy(Math.abs(share))}`]
}

const withSpread = (
  { mean, sd }: { mean: number; sd: number | null },
  format: (value: number) => string,
): string => format(mean) + (sd === null ? '' : ` ± ${format(sd)}`)

const formatProbability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))

const rounded = (value: number | null) => (value === null ? null : Math.round(value))

/** "600" where both agree, else "450–600". */
const formatRange = ([low, high]: readonly [number, number]): string =>
  low === high ? formatCount(low) : `${formatCount(low)}–${formatCount(high)}`
