/** Evaluated runs to the rows of a comparison: one per attention, against a baseline. Every number: docs/comparison.md. */
import type { Comparison, ComparisonRow, Difference } from '../../shared/comparison.ts'
import type { DatasetKind } from '../../shared/experiment.ts'
import { effortOf, mean, samplesPerStep } from './effort.ts'
import {
  curveOf,
  directionOf,
  measure,
  pairOf,
  valueAt,
  type Chosen,
  type EvaluatedRun,
} from './evaluations.ts'
import { holm } from './holm.ts'
import { probabilityOfSmaller } from './improvement.ts'
import { areaUnder, stepReaching } from './learning-curve.ts'
import { pairedDifference } from './paired.ts'
import { sentencesOf } from './sentences.ts'
import { summarise } from './summary.ts'

export interface ComparedRuns extends Chosen {
  /** With and without evaluations. Of several with the same attention and seed the last one counts. */
  readonly runs: readonly EvaluatedRun[]
  /** The variants of the rows, in their order. */
  readonly attentions: readonly string[]
  readonly baseline: string
  readonly kind: DatasetKind
  /** The value whose first reaching is counted; absent: the worst of the best values, which every run has reached. */
  readonly target?: number | undefined
  nameOf(attention: string): string
}

export type Compared = Omit<Comparison, 'experiment' | 'runs' | 'baselines'>

/** A row for each of `attentions` that has been evaluated; a run counts once it has, whatever became of it afterwards. */
export function compareRuns(compared: ComparedRuns): Compared {
  const { attentions, baseline, metric, at, kind } = compared
  const groups = attentions
    .map((attention) => ({ attention, runs: latestBySeed(compared.runs, attention) }))
    .map(({ attention, runs }) => ({
      attention,
      runs,
      evaluated: runs.filter(({ evaluations }) => evaluations.length > 0),
    }))
  const others = groups.find(({ attention }) => attention === baseline)?.evaluated ?? []
  const all = groups.flatMap(({ evaluated }) => evaluated)
  const target = compared.target ?? easiestTarget(all, compared)
  const range = commonRange(all, compared)

  const rows = groups
    .filter(({ evaluated }) => evaluated.length > 0)
    .map(({ attention, runs, evaluated }) => ({
      attention,
      name: compared.nameOf(attention),
      seeds: evaluated.map(({ run }) => run.seed),
      ...bestOf(evaluated),
      measured: measuredOf(evaluated, compared),
      differenceFromBaseline: attention === baseline ? null : differenceOf(evaluated, others, compared),
      areaUnderCurve: areaOf(evaluated, range, compared),
      reached: target === null ? null : reachedOf(evaluated, target, compared),
      effort: effortOf(runs.map(({ run }) => run), kind), // prettier-ignore
      unfinished: runs
        .filter(({ run }) => run.state !== 'finished')
        .map(({ run: { id, seed, state, step, steps } }) => ({ run: id, seed, state, step, steps })),
    }))
  const adjusted = adjustedForAll(rows)
  const sample = kind === 'text' ? 'token' : 'image'
  const tests = adjusted.filter(
    ({ differenceFromBaseline }) => typeof differenceFromBaseline?.pHolm === 'number',
  ).length
  const telling = { metric, at, baseline, sample, tests, baselineName: compared.nameOf(baseline) } as const
  return {
    ...{ metric, at, baseline, target, sample },
    comparison: adjusted.map((row) => ({ ...row, sentences: sentencesOf(row, telling) })),
  }
}

/** Seeds ascending. */
function latestBySeed(runs: readonly EvaluatedRun[], attention: string): EvaluatedRun[] {
  const its = runs.filter(({ run }) => run.attention === attention)
  return [...new Map(its.map((evaluated) => [evaluated.run.seed, evaluated])).values()].sort(
    (a, b) => a.run.seed - b.run.seed,
  )
}

/** Of every run the evaluation with the lowest loss, whatever is compared. */
function bestOf(evaluated: readonly EvaluatedRun[]): Pick<ComparisonRow, 'bestValidation' | 'bestAccuracy'> {
  const best = evaluated.map((one) => {
    const { step, value } = valueAt(curveOf(one, 'loss'), { metric: 'loss', at: 'best' })!
    return { loss: value, accuracy: one.evaluations.find((evaluation) => evaluation.step === step)!.accuracy }
  })
  const accuracies = best.flatMap(({ accuracy }) => accuracy ?? [])
  return {
    bestValidation: summarise(best.map(({ loss }) => loss)),
    bestAccuracy: accuracies.length > 0 ? summarise(accuracies) : null,
  }
}

function measuredOf(evaluated: readonly EvaluatedRun[], chosen: Chosen): ComparisonRow['measured'] {
  const found = evaluated.flatMap((one) => {
    const point = measure(one, chosen)
    return point ? { seed: one.run.seed, ...point } : []
  })
  if (found.length === 0) return null
  const steps = found.map(({ step }) => step)
  return {
    ...summarise(found.map(({ value }) => value)),
    interval: 'Student t',
    seeds: found.map(({ seed }) => seed),
    steps: [Math.min(...steps), Math.max(...steps)],
  }
}

/** Over the seeds that both have; null where there is none. `pHolm` is set where all rows are known. */
function differenceOf(
  evaluated: readonly EvaluatedRun[],
  others: readonly EvaluatedRun[],
  chosen: Chosen,
): Difference | null {
  const pairs = evaluated.flatMap((one) => {
    const partner = others.find(({ run }) => run.seed === one.run.seed)
    return (partner && pairOf(one, partner, chosen)) ?? []
  })
  if (pairs.length === 0) return null
  const direction = directionOf(chosen.metric)
  const valuesOf = (runs: readonly EvaluatedRun[]) =>
    runs.flatMap((run) => {
      const point = measure(run, chosen)
      return point ? direction * point.value : []
    })
  return {
    ...pairedDifference(pairs.map(({ difference }) => difference)),
    pHolm: null,
    probabilityOfImprovement: probabilityOfSmaller(valuesOf(evaluated), valuesOf(others))!,
    seeds: pairs.map(({ seed }) => seed),
    shortened: pairs.flatMap(({ seed, shortenedTo }) =>
      shortenedTo === null ? [] : { seed, step: shortenedTo },
    ),
  }
}

function adjustedForAll<Row extends Pick<ComparisonRow, 'differenceFromBaseline'>>(
  rows: readonly Row[],
): Row[] {
  const tested = rows.filter(({ differenceFromBaseline }) => typeof differenceFromBaseline?.p === 'number')
  const adjusted = holm(tested.map(({ differenceFromBaseline }) => differenceFromBaseline!.p!))
  return rows.map((row) => {
    const place = tested.indexOf(row)
    if (place < 0) return row
    return {
      ...row,
      differenceFromBaseline: { ...row.differenceFromBaseline!, pHolm: adjusted[place]! },
    }
  })
}

/** Runs that did all their steps, or all runs where none did: others would cut short what is common to all. */
function complete(all: readonly EvaluatedRun[]): readonly EvaluatedRun[] {
  const finished = all.filter(({ run }) => run.state === 'finished')
  return finished.length > 0 ? finished : all
}

/** The worst of the best values; null where nothing was measured. */
function easiestTarget(all: readonly EvaluatedRun[], { metric }: Chosen): number | null {
  const best = complete(all).flatMap(
    (one) => valueAt(curveOf(one, metric), { metric, at: 'best' })?.value ?? [],
  )
  if (best.length === 0) return null
  return metric === 'loss' ? Math.max(...best) : Math.min(...best)
}

/** From the latest first evaluation to the earliest last one. */
function commonRange(all: readonly EvaluatedRun[], { metric }: Chosen): [from: number, to: number] | null {
  const curves = complete(all)
    .map((one) => curveOf(one, metric))
    .filter((curve) => curve.length > 0)
  if (curves.length === 0) return null
  return [
    Math.max(...curves.map((curve) => curve[0]!.step)),
    Math.min(...curves.map((curve) => curve.at(-1)!.step)),
  ]
}

function areaOf(
  evaluated: readonly EvaluatedRun[],
  range: readonly [from: number, to: number] | null,
  { metric }: Chosen,
): ComparisonRow['areaUnderCurve'] {
  if (!range) return null
  const [from, to] = range
  const areas = evaluated.flatMap((one) => areaUnder(curveOf(one, metric), from, to) ?? [])
  return areas.length > 0 ? { ...summarise(areas), from, to } : null
}

function reachedOf(
  evaluated: readonly EvaluatedRun[],
  target: number,
  { metric, kind }: Pick<ComparedRuns, 'metric' | 'kind'>,
): ComparisonRow['reached'] {
  const direction = directionOf(metric)
  const found = evaluated.flatMap((one) => {
    const step = stepReaching(curveOf(one, metric), target, direction)
    return step === null ? [] : { run: one.run, step }
  })
  if (found.length === 0) return null
  return {
    runs: found.length,
    of: evaluated.length,
    steps: mean(found.map(({ step }) => step))!,
    samples: mean(found.map(({ run, step }) => step * samplesPerStep(run, kind)))!,
    seconds: mean(found.map(({ run, step }) => (run.step > 0 ? (run.seconds * step) / run.step : 0)))!,
  }
}
