/**
 * predict: the classes that a checkpoint of a vision transformer gives to images, or to the validation split; and how many
 * are right, where the input says their classes.
 */
import type { Prediction, PredictionRequest, Recognition } from '../../../shared/contract.ts'
import { formatCount, formatLoss, formatPlural } from './format.ts'
import { note, print, printDocument, properties, styled, table } from './output.ts'
import { exitCodes, orInterrupted, withWorkbench, type ExitCode } from './session.ts'

export interface PredictOptions extends Pick<PredictionRequest, 'checkpoint' | 'device'> {
  home?: string
  json?: boolean
}

/** With more classes than this a matrix is wider than any terminal. */
const widestMatrix = 20

export function predict(
  run: string,
  paths: readonly string[],
  { home, json, ...wanted }: PredictOptions,
): Promise<ExitCode> {
  return withWorkbench(home === undefined ? {} : { home }, async (workbench, signal) => {
    const images = paths.map((path) => ({ kind: 'path' as const, path }))
    const prediction = await orInterrupted(workbench.api.predictRun({ run, images, ...wanted }), signal)
    if (json) printDocument(document(prediction))
    else if (prediction.validation) printRecognition(prediction, prediction.validation, 'validation image')
    else {
      if (prediction.labelled) printRecognition(prediction, prediction.labelled, 'labelled image')
      printPredictions(prediction.predictions.filter(({ label }) => label === null))
    }
    return exitCodes.done
  })
}

function document({ predictions, validation, labelled, ...from }: Prediction): object {
  return validation ? { ...from, validation } : { ...from, predictions, labelled }
}

function printPredictions(predictions: Prediction['predictions']): void {
  if (predictions.length === 0) return
  const ranked = predictions.map(({ path, probabilities }) => ({
    path,
    ranks: Object.entries(probabilities).sort(([, a], [, b]) => b - a),
  }))
  const rank = (index: number) => (row: (typeof ranked)[number]) => {
    const entry = row.ranks[index]
    return entry ? `${entry[0]} ${percent(entry[1])}` : ''
  }
  print(
    table(ranked, [
      { title: 'image', value: ({ path }) => path },
      { title: 'class', value: rank(0) },
      { title: 'second', value: rank(1) },
      { title: 'third', value: rank(2) },
    ]),
  )
}

function printRecognition(
  { checkpoint, step }: Prediction,
  { loss, accuracy, classNames, counts }: Recognition,
  what: string,
): void {
  const images = sum(counts.flat())
  print(
    properties([
      ['accuracy', `${percent(accuracy)} of ${formatPlural(images, what)}`],
      ['loss', formatLoss(loss)],
      ['checkpoint', `${checkpoint}, step ${formatCount(step)}`],
    ]),
  )
  const classes = classNames.map((name, label) => ({
    name,
    images: sum(counts[label]!),
    predicted: sum(counts.map((row) => row[label]!)),
    hits: counts[label]![label]!,
  }))
  print('')
  print(
    table(classes, [
      { title: 'class', value: ({ name }) => name },
      { title: 'images', align: 'right', value: (row) => formatCount(row.images) },
      { title: 'predicted', align: 'right', value: (row) => formatCount(row.predicted) },
      { title: 'right', align: 'right', value: (row) => formatCount(row.hits) },
      { title: 'recall', align: 'right', value: ({ hits, images }) => share(hits, images) },
      { title: 'precision', align: 'right', value: ({ hits, predicted }) => share(hits, predicted) },
    ]),
  )
  if (classes.length > widestMatrix) return note('The confusion matrix: predict --json')
  print(`\n${styled('bold', 'confusion')}: rows are classes, columns what was predicted`)
  print(
    table(
      classNames.map((name, label) => ({ name, row: counts[label]! })),
      [
        { title: '', value: ({ name }) => name },
        ...classNames.map((name, prediction) => ({
          title: name,
          align: 'right' as const,
          value: ({ row }: { row: number[] }) =>
            row[prediction] === 0 ? '·' : formatCount(row[prediction]!),
        })),
      ],
    ),
  )
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const percent = (value: number) => `${(100 * value).toFixed(1)} %`
/** Of nothing there is no share. */
const share = (part: number, whole: number) => (whole === 0 ? '–' : percent(part / whole))
