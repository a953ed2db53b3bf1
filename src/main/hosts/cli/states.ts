/** statistics similarity, spectrum and project: what can be asked of the hidden states that runs keep. */
import { statistics as catalogue } from '../../../shared/catalogue/statistics.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/experiment.ts'
import {
  isOfMaps,
  mostStates,
  stateMeasures,
  type Pairs,
  type State,
  type StateMeasure,
  type VariantStates,
} from '../../../shared/states.ts'
import type { Workbench } from '../../workbench.ts'
import { formatCount, formatPlural, unknown } from './format.ts'
import { note, print, printDocument, styled, table } from './output.ts'

type Api = Pick<Workbench, 'api'>

/** Short names beside the ids of the catalogue. */
const shortNames: Readonly<Record<string, StateMeasure>> = {
  cka: 'linear-alignment',
  'cka-debiased': 'linear-alignment-debiased',
  cca: 'canonical-correlation',
  svcca: 'singular-vector-canonical-correlation',
  procrustes: 'procrustes-disparity',
  neighbours: 'mutual-neighbours',
  attention: 'attention-divergence',
}
export const measureChoices = [...Object.keys(shortNames), ...stateMeasures]

interface StateOptions {
  layer?: number
  step?: number
  tap?: string
  json?: boolean
}
export interface SimilarityOptions extends StateOptions {
  /** One of `measureChoices`. */
  measure: string
  steps?: boolean
}

/** Of an experiment variant by variant; of runs layer by layer, step by step or run by run. */
export async function printSimilarity(
  workbench: Api,
  ids: readonly string[],
  options: SimilarityOptions,
): Promise<void> {
  const measure = shortNames[options.measure] ?? (options.measure as StateMeasure)
  const experiments = await workbench.api.listExperiments({})
  const [only] = ids
  if (ids.length === 1 && experiments.some(({ id }) => id === only))
    return printVariants(workbench, only!, measure, options)
  const runs = await Promise.all(ids.map((id) => workbench.api.showRun({ id })))
  const { title, rows, columns, nameOf } = await statesToCompare(workbench, runs, options)
  const { tap, json } = options
  const { tokens, values } = await workbench.api.compareStates({ measure, tap, rows, columns })
  if (json) return printDocument({ measure, tokens, rows, columns, values })
  print(heading(measure))
  print(`${title}, ${tokensOf(measure, tokens)}.\n`)
  print(matrixTable(rows.map(nameOf), columns.map(nameOf), (i, j) => formatValue(values[i]![j]!)))
}

/** What is put side by side, and how a state is called there. */
async function statesToCompare(
  { api }: Api,
  runs: readonly Run[],
  options: StateOptions & { steps?: boolean },
) {
  const kept = await Promise.all(
    runs.map(async ({ id }) => (await api.listProbes({ run: id })).map(({ step }) => step)),
  )
  const layers = Math.min(...runs.map(({ configuration }) => configuration.layers))
  const layer = options.layer ?? layers - 1
  const [first, second = first] = runs as [Run, Run?]
  if (options.steps) {
    if (runs.length > 1)
      throw new WorkbenchError(
        'invalid-request',
        'Steps are compared within one run.',
        'Name one run with --steps.',
      )
    const states = spread(kept[0]!, mostStates).map((step) => ({ run: first.id, layer, step }))
    if (states.length === 0) states.push({ run: first.id, layer, step: 0 }) // the workbench says that none is kept
    return {
      title: `Run ${first.id} (${first.attention}) at layer ${layer}, step by step`,
      ...{ rows: states, columns: states },
      nameOf: (state: State) => `step ${formatCount(state.step)}`,
    }
  }
  const common = kept.reduce((left, steps) => left.filter((step) => steps.includes(step)))
  const step = options.step ?? common.at(-1) ?? 0
  if (runs.length > 2 || (runs.length === 2 && options.layer !== undefined)) {
    const states = runs.map((run) => ({ run: run.id, layer, step }))
    return {
      title: `Layer ${layer} at step ${formatCount(step)}, run by run`,
      ...{ rows: states, columns: states },
      nameOf: ({ run }: State) => nameOfRun(runs.find(({ id }) => id === run)!),
    }
  }
  const ofLayers = (run: Run) =>
    Array.from({ length: run.configuration.layers }, (_, index) => ({ run: run.id, layer: index, step }))
  return {
    title: `${nameOfRun(first)} (rows) and ${nameOfRun(second)} (columns) at step ${formatCount(step)}, layer by layer`,
    ...{ rows: ofLayers(first), columns: ofLayers(second) },
    nameOf: (state: State) => `layer ${state.layer}`,
  }
}

const nameOfRun = ({ id, attention, seed }: Run) => `${attention} seed ${seed} (${id})`

/** At most `most` of some steps, evenly, with the first and the last. */
const spread = (steps: readonly number[], most: number): number[] =>
  steps.length <= most
    ? [...steps]
    : Array.from(
        { length: most },
        (_, index) => steps[Math.round((index * (steps.length - 1)) / (most - 1))]!,
      )

async function printVariants(
  { api }: Api,
  experiment: string,
  measure: StateMeasure,
  { layer, step, tap, json }: SimilarityOptions,
): Promise<void> {
  const found = await api.compareVariantStates({ experiment, measure, layer, step, tap })
  if (json) return printDocument({ experiment, measure, ...found })
  print(heading(measure))
  print(`Layer ${found.layer} at step ${formatCount(found.step)}, ${tokensOf(measure, found.tokens)}.`)
  const several = found.cells.some(({ otherSeeds }) => otherSeeds !== null)
  printCells('Same seed: runs that differ in the variant alone', found, ({ sameSeed }) => sameSeed)
  if (several)
    printCells('Different seeds; on the diagonal the noise floor', found, ({ otherSeeds }) => otherSeeds)
  const remarks = [
    several || isOfMaps(measure)
      ? '± is the standard deviation over pairs of runs. Pairs share runs: it describes, it tests nothing.'
      : 'One seed gives no noise floor: an experiment with several has one.',
    ...(isOfMaps(measure)
      ? [
          'Row against column. Head h of one seed is not head h of another: only pairs with one seed are taken.',
        ]
      : []),
  ]
  for (const remark of remarks) print(styled('dim', remark))
}

function printCells(
  title: string,
  { cells }: VariantStates,
  pick: (cell: VariantStates['cells'][number]) => Pairs,
): void {
  const variants = [...new Set(cells.map(({ attention }) => attention))]
  print(`\n${styled('bold', title)}`)
  print(matrixTable(variants, variants, (i, j) => formatPairs(pick(cells[i * variants.length + j]!))))
}

/** The eigenvalues of one run, layer beside layer. */
export async function printSpectrum(
  { api }: Api,
  id: string,
  { layer, step: wanted, tap, json }: StateOptions,
): Promise<void> {
  const states = await statesOfRun({ api }, id, layer, wanted)
  const spectra = await api.readSpectra({ tap, states })
  if (json) return printDocument(spectra)
  print(`${styled('bold', 'Spectrum')}: eigenvalues of the covariance of hidden states, the largest first.`)
  const most = Math.max(...spectra.map(({ eigenvalues }) => eigenvalues?.length ?? 0))
  print(
    `Step ${formatCount(states[0]!.step)} of run ${id}, ${formatPlural(spectra[0]!.tokens, 'kept token')}: at most ${spectra[0]!.tokens - 1} eigenvalues.\n`,
  )
  const ranks = Array.from({ length: most }, (_, index) => index).filter(
    (index) => index < 10 || isRound(index + 1),
  )
  print(
    table(ranks, [
      { title: 'rank', align: 'right', value: (index) => String(index + 1) },
      ...spectra.map(({ state, eigenvalues }) => ({
        title: `layer ${state.layer}`,
        align: 'right' as const,
        value: (index: number) => formatValue(eigenvalues?.[index] ?? null),
      })),
    ]),
  )
  note('All of them: statistics spectrum --json')
}

/** 20, 50, 100, 200 and so on: a logarithmic axis in few lines. */
const isRound = (rank: number) => /^[125]0+$/.test(String(rank))

/** Runs on the two axes that they have in common; coordinates with --json. */
export async function printProjection(
  { api }: Api,
  ids: readonly string[],
  { layer, step, tap, json }: StateOptions,
): Promise<void> {
  const runs = await Promise.all(ids.map((id) => api.showRun({ id })))
  const kept = await Promise.all(
    ids.map(async (run) => (await api.listProbes({ run })).map((probe) => probe.step)),
  )
  const common = kept.reduce((left, steps) => left.filter((one) => steps.includes(one)))
  const last = Math.min(...runs.map(({ configuration }) => configuration.layers)) - 1
  const at = (when: number) => ids.map((run) => ({ run, layer: layer ?? last, step: when }))
  const latest = common.at(-1) ?? step ?? 0
  const projection = await api.projectStates({ tap, states: at(step ?? latest), axes: at(latest) })
  if (json) return printDocument(projection)
  print(
    `${styled('bold', 'Projection')}: hidden states on two axes, layer ${layer ?? last}, step ${formatCount(step ?? latest)}.`,
  )
  print(
    `Axes: the leading eigenvectors of the mean covariance of these runs at step ${formatCount(latest)}, each divided by its trace.\n`,
  )
  const percent = (share: number | undefined) =>
    share === undefined ? unknown : `${(100 * share).toFixed(1)} %`
  print(
    table(projection.clouds, [
      { title: 'run', value: ({ state }) => nameOfRun(runs.find(({ id }) => id === state.run)!) },
      { title: 'axis 1 holds', align: 'right', value: ({ share }) => percent(share?.[0]) },
      { title: 'axis 2 holds', align: 'right', value: ({ share }) => percent(share?.[1]) },
    ]),
  )
  note(
    `Coordinates of ${formatPlural(projection.tokens.position.length, 'token')}: statistics project --json`,
  )
}

async function statesOfRun({ api }: Api, id: string, layer: number | undefined, wanted: number | undefined) {
  const run = await api.showRun({ id })
  const step = wanted ?? (await api.listProbes({ run: id })).at(-1)?.step ?? 0
  const layers =
    layer === undefined ? Array.from({ length: run.configuration.layers }, (_, index) => index) : [layer]
  return layers.map((one) => ({ run: id, layer: one, step }))
}

function heading(measure: StateMeasure): string {
  const { name, range, meaning } = catalogue.find(({ id }) => id === measure)!
  return `${styled('bold', name)} (${measure}; ${range}): ${meaning}`
}

const tokensOf = (measure: StateMeasure, tokens: number) =>
  isOfMaps(measure)
    ? `attention maps of sequences of ${formatPlural(tokens, 'token')}`
    : `${formatPlural(tokens, 'kept token')}`

const matrixTable = (
  rows: readonly string[],
  columns: readonly string[],
  value: (row: number, column: number) => string,
): string =>
  table(
    rows.map((name, row) => ({ name, row })),
    [
      { title: '', value: ({ name }) => name },
      ...columns.map((title, column) => ({
        title,
        align: 'right' as const,
        value: ({ row }: { row: number }) => value(row, column),
      })),
    ],
  )

const formatValue = (value: number | null): string =>
  value === null ? unknown : String(Number(value.toPrecision(4)))

const formatPairs = (pairs: Pairs): string =>
  pairs === null
    ? unknown
    : formatValue(pairs.mean) + (pairs.sd === null ? '' : ` ± ${Number(pairs.sd.toPrecision(2))}`)
