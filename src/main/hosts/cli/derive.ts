/** derive: attention variants without learning on a cloud of tokens, as tables, a document and a picture. */
import { writeFile } from 'node:fs/promises'
import { closedFormEvidence, closedFormVerdict } from '../../../shared/closedForms.ts'
import type { Variant } from '../../../shared/contract.ts'
import {
  mostGraphTokens,
  planeCount,
  type Derivation,
  type DerivationSettings,
  type DerivationStep,
  type TokenSource,
} from '../../../shared/derivation.ts'
import { derivationPicture } from '../../../shared/derivationPicture.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { Workbench } from '../../workbench.ts'
import { isVariantFile } from './arguments.ts'
import { addVariant } from './catalogue.ts'
import { findDataset } from './datasets.ts'
import { unknown } from './format.ts'
import { note, print, printDocument, styled, table, type Column } from './output.ts'
import { createProgress, silence } from './progress.ts'
import { orInterrupted, withWorkbench } from './session.ts'

export interface DeriveOptions extends Partial<Omit<DerivationSettings, 'source'>> {
  home?: string
  json?: boolean
  attention: string[]
  points?: Extract<TokenSource, { kind: 'points' }>['shape']
  dataset?: string
  width?: number
  /** A file for the picture. */
  out?: string
}

/** @throws WorkbenchError what derive refuses, or file-unwritable for the picture */
export function derive(options: DeriveOptions): Promise<void> {
  const { home, json, attention, points, dataset, width, out, ...settings } = options
  const attentions = attention.map((name) => (isVariantFile(name) ? addVariant(name, home).id : name))
  return withWorkbench(options, async (workbench, signal) => {
    const source =
      dataset === undefined ? pointsOf(points) : await imagesOf(workbench, dataset, width, signal, json)
    const derived = await orInterrupted(workbench.api.derive({ ...settings, source, attentions }), signal)
    if (out !== undefined) await writePicture(out, derived)
    const known = (await workbench.api.readCatalogue({})).variants
    if (json) return printDocument({ ...derived, closedForms: closedFormsOf(derived, known) })
    print(derivationText(derived))
    for (const { words } of closedFormsOf(derived, known)) print(words)
    if (out !== undefined) note(`The picture is in ${out}.`)
  })
}

const pointsOf = (shape: DeriveOptions['points'] = 'clusters') => ({ kind: 'points' as const, shape })

async function imagesOf(
  workbench: Workbench,
  wanted: string,
  width: number | undefined,
  signal: AbortSignal,
  json = false,
) {
  const progress = json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
  const { id } = await findDataset(workbench, wanted, progress, signal)
  return { kind: 'images' as const, dataset: id, ...(width === undefined ? {} : { width }) }
}

async function writePicture(file: string, derived: Derivation): Promise<void> {
  try {
    await writeFile(file, derivationPicture(derived))
  } catch (error) {
    throw new WorkbenchError(
      'file-unwritable',
      `The picture could not be written to ${file}: ${(error as Error).message}.`,
      'Name a file in a folder that exists and that you may write to.',
    )
  }
}

export function derivationText({ derivation, settings, labels }: Derivation): string {
  const rows = derivation.flatMap(({ attention, steps }) => steps.map((step) => ({ attention, ...step })))
  const ended = derivation
    .filter(({ overflowed }) => overflowed)
    .map(({ attention }) => `${attention} ended early: its numbers left the range of 32 bits.`)
  const { weights, norm, normPlacement, mlpRatio, components, beta } = settings
  const ofMoves = [
    'Ratios compare a step with the one before: variance of all tokens, median distance of pairs, and the share of',
    'tokens inside the coordinate-wise hull.',
    ...(norm === 'none' ? [] : [`Tokens are normalised (${norm}, ${normPlacement}).`]),
    ...(weights === 'identity' ? [] : [`Weights are random, the MLP ${mlpRatio} times as wide as a token.`]),
    ...ended,
  ]
  const ofReduction = [
    'Linear is the R² of the best affine map from step 0, on held-out tokens. PCA and graph: the first',
    `${components} principal components beside those of step 0, and beside the smoothest vectors of the attention graph of`,
    'step 0: mean canonical correlation (cca), largest principal angle in radians, Procrustes disparity. Stationary is',
    `the disparity from those vectors times √(1/λ − β), β = ${beta}.`,
    ...(settings.count > mostGraphTokens ? [`The graph is that of ${mostGraphTokens} drawn tokens.`] : []),
    ...(labels
      ? [
          'Purity (of 10 neighbours) and silhouette are those of the labels in two dimensions,',
          `beside their mean in ${planeCount} random orthogonal projections.`,
        ]
      : []),
  ]
  const dimmed = (lines: readonly string[]) => lines.map((line) => styled('dim', line))
  return [
    ...[table(rows, columns), ...dimmed(ofMoves), ''],
    ...[
      table(rows, labels ? [...reductionColumns, ...labelColumns] : reductionColumns),
      ...dimmed(ofReduction),
    ],
  ].join('\n')
}

/** What is known of the variants in closed form under these settings, held against the numbers. */
function closedFormsOf({ derivation, settings }: Derivation, known: readonly Variant[]) {
  return derivation.flatMap(({ attention, steps }) => {
    const variant = known.find(({ id }) => id === attention)
    const verdict = variant && closedFormVerdict(variant.axes, settings, steps)
    if (verdict?.kind !== 'agrees' && verdict?.kind !== 'disagrees') return []
    const { form, value, step, until } = verdict
    const agrees = verdict.kind === 'agrees'
    const words = `${attention}: ${form.statement} ${closedFormEvidence(verdict, formatMeasure)}`
    return [
      { attention, statement: form.statement, measure: form.measure, value, step, until, agrees, words },
    ]
  })
}

type Row = DerivationStep & { attention: string }

const number = (title: string, value: (row: Row) => number | null): Column<Row> => ({
  title,
  align: 'right',
  value: (row) => formatMeasure(value(row)),
})

/** Less than 32-bit tokens can tell from 0. */
const told = (value: number | null) => (value !== null && value < 1e-6 ? 0 : value)

const named: Column<Row>[] = [
  { title: 'variant', value: (row) => row.attention },
  { title: 'step', align: 'right', value: (row) => String(row.step) },
]
const columns: Column<Row>[] = [
  ...named,
  number('variance', (row) => row.totalVariance),
  number('expansion', (row) => row.expansion),
  number('pairs', (row) => row.medianPairRatio),
  number('inside', (row) => row.insideHull),
  number('log Z', (row) => row.meanLogZ),
  number('energy', (row) => row.dirichletEnergy),
]
const reductionColumns: Column<Row>[] = [
  ...named,
  number('linear', (row) => row.linearity),
  number('PCA cca', (row) => row.principalCorrelation),
  number('angle', (row) => told(row.principalAngle)),
  number('disparity', (row) => told(row.principalDisparity)),
  number('graph cca', (row) => row.graphCorrelation),
  number('angle', (row) => told(row.graphAngle)),
  number('disparity', (row) => told(row.graphDisparity)),
  number('stationary', (row) => told(row.stationaryDisparity)),
]
const labelColumns: Column<Row>[] = [
  number('purity', (row) => row.labelPurity),
  number('random', (row) => row.randomLabelPurity),
  number('silhouette', (row) => row.silhouette),
  number('random', (row) => row.randomSilhouette),
]

/** Four digits: "0.3446", "25700", "7.903e-6". */
export function formatMeasure(value: number | null): string {
  if (value === null) return unknown
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3 || size >= 1e6) return value.toExponential(3)
  return size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}
