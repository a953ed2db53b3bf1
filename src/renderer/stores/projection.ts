/** Hidden states in two dimensions: which clouds stand side by side, what their points are coloured by, what stands at them. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { mostStates, type State } from '../../shared/states.ts'
import { workbench } from '../api/index.ts'
import { statesAt } from '../logic/hidden/kept.ts'
import { visible } from '../logic/hidden/attentionMaps.ts'
import { colouringsOf, pointClasses, reachOf, type Colouring } from '../logic/hidden/projection.ts'
import { useAnswer } from './answer.ts'
import { useExperiment } from './experiment.ts'
import { useKeptStates } from './keptStates.ts'
import { useLibrary } from './library.ts'

export const useProjection = defineStore('projection', () => {
  const experiment = useExperiment()
  const kept = useKeptStates()
  const library = useLibrary()

  const side = ref<'variants' | 'layers'>('variants')
  const chosenColouring = ref<Colouring | null>(null)
  const vocabulary = shallowRef<readonly string[]>([])
  const classNames = computed(() => {
    const dataset = library.datasets.find(({ id }) => id === experiment.current?.dataset)
    return dataset?.kind === 'images' ? dataset.classNames : []
  })

  /** The shown clouds, and the same places at the latest step, which give the axes. */
  function question(): { states: State[]; axes: State[] } | null {
    const latest = kept.steps.at(-1)
    if (kept.step === null || latest === undefined) return null
    const run = kept.runsOfSeed.find(({ attention }) => attention === kept.variant)
    const at = (step: number): State[] =>
      side.value === 'variants'
        ? statesAt(kept.runsOfSeed, kept.layer, step)
        : run
          ? kept.layers.slice(0, mostStates).map((layer) => ({ run: run.id, layer, step }))
          : []
    const states = at(kept.step)
    return states.length === 0 ? null : { states, axes: at(latest) }
  }

  /** Call it in the setup of the component that shows it. */
  function follow() {
    const { answer, error } = useAnswer(question, workbench.projectStates)
    async function readNames(): Promise<void> {
      const id = experiment.current?.dataset
      vocabulary.value = []
      if (id === undefined || experiment.kind !== 'text') return
      // Of a dataset that was removed the tokens have no names.
      vocabulary.value = await workbench.readVocabulary({ id }).catch(() => [])
    }
    watch(
      () => experiment.current?.dataset,
      () => void readNames(),
      { immediate: true },
    )

    const projection = computed(() => answer.value?.reply ?? null)
    const colourings = computed(() => (projection.value ? colouringsOf(projection.value.tokens) : []))
    const colouring = computed<Colouring>({
      get: () =>
        colourings.value.find(({ value }) => value === chosenColouring.value)?.value ??
        colourings.value[0]?.value ??
        'position',
      set: (value) => (chosenColouring.value = value),
    })
    const names = computed(() => ({ vocabulary: vocabulary.value, classNames: classNames.value }))
    const classes = computed(() =>
      projection.value ? pointClasses(projection.value.tokens, colouring.value, names.value) : null,
    )
    const reach = computed(() => reachOf(projection.value?.clouds ?? []))

    /** What stands at a point, in words. */
    function describe(point: number): string {
      const tokens = projection.value?.tokens
      if (!tokens) return ''
      const nameOf = (id: number) => `“${visible(vocabulary.value[id] ?? String(id))}”`
      const label = tokens.label[point]!
      const what =
        tokens.token === null
          ? (classNames.value[label] ?? `class ${label}`)
          : `${nameOf(tokens.token[point]!)} before ${nameOf(label)}`
      return `${what}, position ${tokens.position[point]}, sequence ${tokens.sequence[point]! + 1}`
    }
    return { answer, error, projection, colourings, colouring, classes, reach, describe }
  }

  return { side, follow }
})
