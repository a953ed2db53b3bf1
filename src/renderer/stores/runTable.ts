/**
 * All runs of all experiments: which of them are shown, in which order and columns, and which are selected. Read when the
 * page is opened, and kept up to date while it is.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { errorRecord } from '../../shared/errors.ts'
import type { ConfigurationKey, Run } from '../../shared/experiment.ts'
import { closestName } from '../../shared/names.ts'
import { conditionProblem, matches, parseConditionLine } from '../../shared/runFilter.ts'
import { workbench } from '../api/index.ts'
import { variantStyle } from '../charts/palette.ts'
import { throttle } from '../charts/throttle.ts'
import {
  columnsOf,
  datasetName,
  differingKeys,
  sortRuns,
  type Order,
  type RunNames,
} from '../logic/runs/columns.ts'
import { useCatalogue } from './catalogue.ts'
import { useExperiment } from './experiment.ts'
import { usePlace } from './place.ts'

/** Changes of runs that train are taken in at most this often. */
const changeIntervalMs = 250
/** More columns than these come only when they are asked for. */
const mostAutomaticKeys = 6

export const useRunTable = defineStore('runTable', () => {
  const catalogue = useCatalogue()
  const experiment = useExperiment()
  const place = usePlace()
  /** Whether the page is what is looked at. */
  const opened = computed(() => place.shows('runs'))
  /** Newest first. */
  const runs = shallowRef<readonly Run[]>([])
  const loaded = ref(false)

  const search = ref('')
  const filter = ref('')
  const tags = ref<string[]>([])
  const order = shallowRef<Order>({ column: 'created', descending: true })
  /** Keys that are shown as columns; null: those in which the shown runs differ. */
  const chosenKeys = shallowRef<readonly ConfigurationKey[] | null>(null)
  /** By id, also of runs that are not shown right now. */
  const marked = shallowRef<ReadonlySet<string>>(new Set())

  const experiments = computed(() => new Map(experiment.experiments.map((entry) => [entry.id, entry])))
  const names: RunNames = {
    experiment: (run) => experiments.value.get(run.experiment)?.name ?? run.experiment,
    variant: (run) => catalogue.variantName(run.attention),
  }
  /** CSS colour of a run: the person's, else that of its variant in its experiment. */
  function colourOf(run: Run): string {
    const place = experiments.value.get(run.experiment)?.attentions.indexOf(run.attention) ?? 0
    return run.colour ?? `var(${variantStyle(Math.max(0, place)).colour})`
  }

  const allTags = computed(() => [...new Set(runs.value.flatMap((run) => run.tags))].sort())
  const read = computed(() => parseConditionLine(filter.value))
  /** Why a part of the filter is no condition; null where all are. */
  const filterProblem = computed(() => {
    const part = read.value.refused[0]
    if (part === undefined) return null
    const hint = (key: string, known: readonly string[]) => {
      const closest = closestName(key, known)
      return closest ? `Did you mean "${closest}"?` : 'Options have the names that the composer shows.'
    }
    return conditionProblem(part, hint)
  })
  const fitting = computed(() =>
    runs.value.filter((run) =>
      matches(run, { search: search.value, tags: tags.value, conditions: read.value.conditions }, [
        names.experiment(run),
        names.variant(run),
        datasetName(run),
      ]),
    ),
  )
  const differing = computed(() => differingKeys(fitting.value))
  const keys = computed(() => chosenKeys.value ?? differing.value.slice(0, mostAutomaticKeys))
  const columns = computed(() => columnsOf(fitting.value, keys.value))
  const shown = computed(() => sortRuns(fitting.value, columns.value, order.value, names))
  const selected = computed(() => shown.value.filter(({ id }) => marked.value.has(id)))

  const pending = new Map<string, Run>()
  const takeChanges = throttle(() => {
    const known = new Set(runs.value.map(({ id }) => id))
    const added = [...pending.values()].filter(({ id }) => !known.has(id))
    runs.value = [...added, ...runs.value.map((run) => pending.get(run.id) ?? run)]
    pending.clear()
  }, changeIntervalMs)

  async function load(): Promise<void> {
    try {
      const found = await workbench.listRuns({})
      pending.clear()
      runs.value = found.sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      loaded.value = true
    } catch (problem) {
      experiment.error = errorRecord(problem)
    }
  }
  function follow(): void {
    workbench.subscribe('runChanged', (run) => {
      if (!opened.value) return
      pending.set(run.id, run)
      takeChanges.request()
    })
    workbench.subscribe('experimentsChanged', () => void (opened.value && load()))
  }

  /** The first click on a column sorts it with its smallest first, the second turns that around. */
  function sortBy(column: string): void {
    order.value = { column, descending: order.value.column === column && !order.value.descending }
  }
  function toggleKey(key: ConfigurationKey): void {
    chosenKeys.value = keys.value.includes(key)
      ? keys.value.filter((other) => other !== key)
      : [...keys.value, key]
  }
  function mark(ids: readonly string[], wanted: boolean): void {
    const next = new Set(marked.value)
    for (const id of ids)
      if (wanted) next.add(id)
      else next.delete(id)
    marked.value = next
  }
  function toggleTag(tag: string): void {
    tags.value = tags.value.includes(tag) ? tags.value.filter((other) => other !== tag) : [...tags.value, tag]
  }

  return {
    opened,
    runs,
    loaded,
    search,
    filter,
    filterProblem,
    tags,
    allTags,
    order,
    chosenKeys,
    marked,
    names,
    colourOf,
    differing,
    keys,
    columns,
    shown,
    selected,
    load,
    follow,
    sortBy,
    toggleKey,
    toggleTag,
    mark,
  }
})
