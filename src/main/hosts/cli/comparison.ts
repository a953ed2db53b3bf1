/** The final table of an experiment, with the baselines below it and what the numbers can and cannot say. */
import {
  bestNgram,
  type Comparison,
  type ComparisonRow,
  type Run,
  type TextBaselines,
} from '../../../shared/experiment.ts'
import { formatAccuracy, formatCount, formatDifference, formatLoss, unknown } from './format.ts'
import { styled, table, type Column } from './output.ts'

export function comparisonText({ runs, comparison, baselines }: Comparison): string {
  if (comparison.length === 0) return 'No run got as far as a validation.'
  const areImages = comparison.some((row) => row.bestAccuracy)
  const lines = [table(comparison, columns(runs, areImages))]
  if (baselines) lines.push(baselineSentence(baselines))
  lines.push(
    areImages
      ? 'Losses are nats per image on the validation split; accuracies are those of the evaluations with the best loss.'
      : 'Losses are nats per token on the validation split.',
  )
  const seeds = Math.max(0, ...comparison.map((row) => row.seeds.length))
  if (seeds === 1) lines.push('One seed gives no interval: name several, for example --seeds 0,1,2.')
  if (seeds > 1)
    lines.push(
      '± is the standard deviation over seeds, [ ] the 95 % interval of the difference, paired by seed.',
    )
  return [lines[0], ...lines.slice(1).map((line) => styled('dim', line))].join('\n')
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

function columns(runs: readonly Run[], areImages: boolean): Column<ComparisonRow>[] {
  const runsOf = (row: ComparisonRow) => runs.filter((run) => run.attention === row.attention)
  const [baseline, ...others] = [...new Set(runs.map((run) => run.attention))] // in the order of the request
  const difference: Column<ComparisonRow> = {
    title: `difference from ${baseline}`,
    value: ({ attention, differenceFromBaseline: against }) => {
      if (!against) return attention === baseline ? 'baseline' : unknown
      const interval = against.ci95?.map(formatDifference).join(', ')
      return formatDifference(against.mean) + (interval ? ` [${interval}]` : '')
    },
  }
  const accuracy: Column<ComparisonRow> = {
    title: 'accuracy',
    value({ bestAccuracy }) {
      if (!bestAccuracy) return unknown
      const { mean, sd } = bestAccuracy
      return formatAccuracy(mean) + (sd === null ? '' : ` ± ${formatAccuracy(sd)}`)
    },
  }
  const rate = areImages ? 'imagesPerSecond' : 'tokensPerSecond'
  return [
    { title: 'variant', value: (row) => row.attention },
    { title: 'seeds', value: (row) => row.seeds.join(',') || unknown },
    {
      title: 'best validation loss',
      value: ({ bestValidation: { mean, sd } }) =>
        formatLoss(mean) + (sd === null ? '' : ` ± ${formatLoss(sd)}`),
    },
    {
      title: 'step',
      align: 'right',
      value: (row) => formatRange(known(runsOf(row).map((run) => run.bestValidation?.step))),
    },
    ...(areImages ? [accuracy] : []),
    ...(others.length > 0 ? [difference] : []),
    {
      title: 'parameters',
      align: 'right',
      value: (row) => formatRange(known(runsOf(row).map((run) => run.parameters))),
    },
    {
      title: areImages ? 'images/s' : 'tokens/s',
      align: 'right',
      value: (row) => formatCount(mean(known(runsOf(row).map((run) => run[rate])))),
    },
    {
      title: 'seconds',
      align: 'right',
      value: (row) => formatCount(mean(runsOf(row).map((run) => run.seconds)), 1),
    },
  ]
}

const known = (values: readonly (number | null | undefined)[]) =>
  values.filter((value): value is number => value !== null && value !== undefined)

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** "600" where all agree, else "450–600". */
function formatRange(values: readonly number[]): string {
  if (values.length === 0) return unknown
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? formatCount(low) : `${formatCount(low)}–${formatCount(high)}`
}
