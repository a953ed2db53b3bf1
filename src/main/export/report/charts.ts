/** The charts of an experiment, in a report and as files of their own. */
import { bestNgram } from '../../../shared/experiment.ts'
import type { Subject } from '../subject.ts'
import type { ChartLevel, LineChart } from './chart.ts'
import { curvesOf } from './curves.ts'

/** What a variant is called, by its id. */
export function namesOf({ comparison }: Subject): (attention: string) => string {
  const names = new Map(comparison?.comparison.map(({ attention, name }) => [attention, name]))
  return (attention) => names.get(attention) ?? attention
}

/** The charts of which something was recorded. */
export function chartsOf(subject: Subject): LineChart[] {
  const nameOf = namesOf(subject)
  const loss = `nats per ${subject.data === 'images' ? 'image' : 'token'}`
  const chart = (title: string, unit: string, metric: string, levels: readonly ChartLevel[] = []) => ({
    ...{ title, unit, levels },
    lines: curvesOf(subject, metric, nameOf).filter(({ points }) => points.length > 0),
  })
  const charts: LineChart[] = [
    chart('Validation loss', loss, 'validation/loss', levelsOf(subject)),
    ...(subject.data === 'images'
      ? [chart('Validation accuracy', 'share of images', 'validation/accuracy')]
      : []),
    chart('Training loss', loss, 'train/loss'),
  ]
  return charts.filter(({ lines }) => lines.length > 0)
}

/** Losses of models that need no training. */
function levelsOf({ comparison }: Subject): ChartLevel[] {
  const baselines = comparison?.baselines
  if (!baselines) return []
  const ngram = bestNgram(baselines)
  return [
    { name: 'unigram', value: baselines.unigram },
    { name: 'bigram', value: baselines.bigram },
    ...(ngram ? [{ name: `${ngram.n}-gram`, value: ngram.loss }] : []),
  ]
}
