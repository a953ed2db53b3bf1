/** The experiment being composed: variants, seeds, recipe, options and device, and whether it can be started. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { ExperimentRequest } from '../../shared/contract.ts'
import type { DeviceChoice, RunConfiguration } from '../../shared/experiment.ts'
import {
  conflict,
  differences,
  parseOption,
  type OptionKey,
  type OptionValue,
  type Overrides,
} from '../logic/options.ts'
import { parseSeeds } from '../logic/seeds.ts'
import { inCatalogueOrder, makeBaseline, toggleVariant } from '../logic/selection.ts'
import { useCatalogue } from './catalogue.ts'
import { useLibrary } from './library.ts'

export const useComposer = defineStore('composer', () => {
  const catalogue = useCatalogue()
  const library = useLibrary()

  const chosen = ref<string[]>([])
  const seedText = ref('0')
  const recipeId = ref('')
  const overrides = ref<Overrides>({})
  /** Texts of options that are not (yet) a value, by key. */
  const drafts = ref<Partial<Record<OptionKey, { text: string; error: string }>>>({})
  const device = ref<DeviceChoice>('auto')

  /** Standard attention against everything else, with the first recipe: a sensible first experiment. */
  function reset(): void {
    chosen.value = catalogue.variants.map((variant) => variant.id)
    recipeId.value = catalogue.recipes[0]?.id ?? ''
  }

  const attentions = computed(() =>
    inCatalogueOrder(
      chosen.value,
      catalogue.variants.map((variant) => variant.id),
    ),
  )
  const seeds = computed(() => parseSeeds(seedText.value))
  const recipe = computed(() => catalogue.recipe(recipeId.value))
  const changes = computed<Overrides>(() =>
    recipe.value ? differences(overrides.value, recipe.value.configuration) : {},
  )
  const configuration = computed<RunConfiguration | null>(() =>
    recipe.value ? ({ ...recipe.value.configuration, ...changes.value } as RunConfiguration) : null,
  )

  const toggle = (id: string) => void (chosen.value = toggleVariant(chosen.value, id))
  const setBaseline = (id: string) => void (chosen.value = makeBaseline(chosen.value, id))

  function setOption(key: OptionKey, value: OptionValue): void {
    delete drafts.value[key]
    overrides.value = { ...overrides.value, [key]: value }
  }
  function typeOption(key: OptionKey, text: string): void {
    const parsed = parseOption(key, text)
    if (parsed.error === null) setOption(key, parsed.value)
    else drafts.value[key] = { text, error: parsed.error }
  }
  function resetOption(key: OptionKey): void {
    delete drafts.value[key]
    const { [key]: _, ...rest } = overrides.value
    overrides.value = rest
  }
  function resetOptions(): void {
    drafts.value = {}
    overrides.value = {}
  }

  /** Why Run cannot be pressed, as the next step to take; null when it can. */
  const obstacle = computed<string | null>(() => {
    if (!library.selected) return 'Add a dataset first.'
    if (attentions.value.length === 0) return 'Choose at least one attention variant.'
    if (seeds.value.error !== null) return seeds.value.error
    if (!configuration.value) return 'Choose a recipe.'
    const draft = Object.values(drafts.value)[0]
    return draft?.error ?? conflict(configuration.value)
  })

  /** What Run sends; null while there is an obstacle. */
  const request = computed<ExperimentRequest | null>(() => {
    if (obstacle.value !== null || !library.selected || seeds.value.seeds === null) return null
    return {
      dataset: library.selected.id,
      attentions: attentions.value,
      seeds: seeds.value.seeds,
      recipe: recipeId.value,
      overrides: changes.value as ExperimentRequest['overrides'],
      device: device.value,
    }
  })

  return {
    chosen,
    seedText,
    recipeId,
    drafts,
    device,
    reset,
    attentions,
    seeds,
    recipe,
    changes,
    configuration,
    toggle,
    setBaseline,
    setOption,
    typeOption,
    resetOption,
    resetOptions,
    obstacle,
    request,
  }
})
