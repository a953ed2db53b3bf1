/**
 * What is compared with what in the view of similarity, and the matrix that comes of it: variants over seeds, layers of two
 * runs, or steps of one.
 */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { isOfMaps, type State, type StateMeasure } from '../../shared/states.ts'
import { workbench } from '../api/index.ts'
import { formatCount, formatPlural } from '../logic/format.ts'
import { spread } from '../logic/hidden/kept.ts'
import { plainCells, variantCells, type Cell, type PairChoice } from '../logic/hidden/similarity.ts'
import { useAnswer } from './answer.ts'
import { useCatalogue } from './catalogue.ts'
import { useExperiment } from './experiment.ts'
import { useKeptStates, type Side } from './keptStates.ts'

/** More steps than this would be cells too small to point at; they are taken evenly. */
const mostSteps = 24

export interface SimilarityMatrix {
  /** What was compared, in a sentence. */
  caption: string
  step: number | null
  tokens: number
  rows: string[]
  columns: string[]
  cells: Cell[][]
}

type Question =
  | { kind: 'variants'; measure: StateMeasure; experiment: string; layer: number; step: number }
  | { kind: 'layers' | 'steps'; measure: StateMeasure; rows: State[]; columns: State[] }

export const useSimilarity = defineStore('similarity', () => {
  const catalogue = useCatalogue()
  const experiment = useExperiment()
  const kept = useKeptStates()

  const side = ref<Side>('variants')
  const ofMaps = computed(() => isOfMaps(kept.measure))
  const hasSeeds = computed(() => (experiment.current?.seeds.length ?? 0) > 1)
  const chosenPairs = ref<PairChoice>('otherSeeds')
  const pairs = computed<PairChoice>(() => (hasSeeds.value && !ofMaps.value ? chosenPairs.value : 'sameSeed'))

  function nameOfRun(id: string): string {
    const run = experiment.runs.find((one) => one.id === id)
    if (!run) return id
    return `${catalogue.variantName(run.attention)}${hasSeeds.value ? `, seed ${run.seed}` : ''}`
  }
  const chosenRuns = ref<{ rows: string; columns: string }>({ rows: '', columns: '' })
  /** By default two variants of the seed that is looked at. */
  const runs = computed(() => {
    const of = (which: 'rows' | 'columns', place: number) =>
      kept.runs.find(({ id }) => id === chosenRuns.value[which]) ??
      kept.runsOfSeed[place] ??
      kept.runsOfSeed[0] ??
      kept.runs[0]
    return { rows: of('rows', 0)?.id ?? '', columns: of('columns', 1)?.id ?? '' }
  })
  const chooseRun = (which: 'rows' | 'columns', id: string) =>
    void (chosenRuns.value = { ...runs.value, [which]: id })

  function question(): Question | null {
    const { measure, layer, step } = kept
    const id = experiment.currentId
    if (id === null || step === null) return null
    if (side.value === 'variants') return { kind: 'variants', measure, experiment: id, layer, step }
    if (side.value === 'layers') {
      const of = (run: string): State[] => kept.layers.map((one) => ({ run, layer: one, step }))
      return { kind: 'layers', measure, rows: of(runs.value.rows), columns: of(runs.value.columns) }
    }
    const run = runs.value.rows
    const states = spread(kept.stepsOf(run), mostSteps).map((one) => ({ run, layer, step: one }))
    return states.length === 0 ? null : { kind: 'steps', measure, rows: states, columns: states }
  }

  async function ask(asked: Question): Promise<SimilarityMatrix> {
    if (asked.kind === 'variants') {
      const { kind: _, ...request } = asked
      const found = await workbench.compareVariantStates(request)
      const variants = [...new Set(found.cells.map(({ attention }) => attention))]
      const names = variants.map(catalogue.variantName)
      return {
        caption: `Layer ${found.layer} at step ${formatCount(found.step)}, ${formatPlural(found.runs.length, 'run')}`,
        ...{ step: found.step, tokens: found.tokens, rows: names, columns: names },
        cells: variantCells(found, variants, pairs.value, catalogue.variantName),
      }
    }
    const { measure, rows, columns, kind } = asked
    const { tokens, values } = await workbench.compareStates({ measure, rows, columns })
    const nameOf = ({ layer, step }: State) =>
      kind === 'layers' ? `layer ${layer}` : rows.length > 9 ? formatCount(step) : `step ${formatCount(step)}`
    const names = [rows.map(nameOf), columns.map(nameOf)] as const
    const [{ run, layer, step }, other] = [rows[0]!, columns[0]!]
    return {
      caption:
        kind === 'layers'
          ? `${nameOfRun(run)} (rows) and ${nameOfRun(other.run)} (columns) at step ${formatCount(step)}`
          : `${nameOfRun(run)} at layer ${layer}, step by step`,
      ...{ step: kind === 'layers' ? step : null, tokens, rows: names[0], columns: names[1] },
      cells: plainCells(values, names[0], names[1]),
    }
  }
  /** Call it in the setup of the component that shows it. */
  const follow = () =>
    useAnswer(question, ask, () => [
      pairs.value,
      kept.runs.map(({ id, lastValidation }) => [id, lastValidation?.step]),
    ])

  return { side, ofMaps, hasSeeds, chosenPairs, pairs, runs, chooseRun, nameOfRun, follow }
})
