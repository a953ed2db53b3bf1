/** The experiment being composed: variants, seeds, recipe, options and device, and whether it can be started. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { ExperimentRequest, Variant } from '../../shared/contract.ts'
import {
  appliesTo,
  type DatasetKind,
  type DeviceChoice,
  type Run,
  type RunConfiguration,
} from '../../shared/experiment.ts'
import { vocabularyWarning } from '../../shared/vocabulary.ts'
import { stylesOf } from '../charts/palette.ts'
import {
  conflict,
  differences,
  parseOption,
  type OptionKey,
  type OptionValue,
  type Overrides,
} from '../logic/options.ts'
import { parseSeeds } from '../logic/seeds.ts'
import { moveVariant, toggleVariant } from '../logic/selection.ts'
import { useCatalogue } from './catalogue.ts'
import { useLibrary } from './library.ts'

/** The most variants of one experiment, as contract.ts has it. */
const mostVariants = 32
/** What a first experiment compares: standard attention, and the two papers that this project began with. */
const firstChoice = ['standard', 'laplacian', 'exponential-family']

export const useComposer = defineStore('composer', () => {
  const catalogue = useCatalogue()
  const library = useLibrary()

  const chosen = ref<string[]>([])
  const seedText = ref('0')
  /** The recipe chosen for each kind of data; the first of the kind where none is. */
  const chosenRecipes = ref<Partial<Record<DatasetKind, string>>>({})
  const overrides = ref<Overrides>({})
  /** Texts of options that are not (yet) a value, by key. */
  const drafts = ref<Partial<Record<OptionKey, { text: string; error: string }>>>({})
  const device = ref<DeviceChoice>('auto')

  function reset(): void {
    chosen.value = firstChoice.filter((id) => catalogue.variant(id))
    chosenRecipes.value = {}
  }

  /** Composes an earlier run again, to be edited. */
  function copy(run: Run): void {
    library.selectedId = run.dataset
    chosen.value = [run.attention]
    seedText.value = String(run.seed)
    const { kind: its } = catalogue.recipe(run.recipe) ?? { kind: kind.value }
    chosenRecipes.value = { ...chosenRecipes.value, [its]: run.recipe }
    device.value = run.requestedDevice ?? 'auto'
    drafts.value = {}
    overrides.value = { ...run.configuration }
  }

  const kind = computed<DatasetKind>(() => library.selected?.kind ?? 'text')
  const recipes = computed(() => catalogue.recipes.filter((recipe) => recipe.kind === kind.value))
  const recipeId = computed({
    get: () => chosenRecipes.value[kind.value] ?? recipes.value[0]?.id ?? '',
    set: (id) => void (chosenRecipes.value = { ...chosenRecipes.value, [kind.value]: id }),
  })
  const recipe = computed(() => recipes.value.find(({ id }) => id === recipeId.value))

  /** In the order of the person; the first is the baseline. Own variants that were removed are gone from here too. */
  const attentions = computed(() => chosen.value.filter((id) => catalogue.variant(id)))
  const styles = computed(() => stylesOf(attentions.value))
  const seeds = computed(() => parseSeeds(seedText.value))
  const changes = computed<Overrides>(() =>
    recipe.value ? differences(overrides.value, recipe.value.configuration, kind.value) : {},
  )
  const configuration = computed<RunConfiguration | null>(() =>
    recipe.value ? ({ ...recipe.value.configuration, ...changes.value } as RunConfiguration) : null,
  )

  /** Why a variant cannot be trained on the selected data; null where it can. */
  function refusal(variant: Variant): string | null {
    if (kind.value !== 'text' || variant.futureLeak === null) return null
    return `Images only: a language model would see the future, because ${variant.futureLeak}.`
  }

  const toggle = (id: string) => void (chosen.value = toggleVariant(attentions.value, id))
  const move = (id: string, place: number) => void (chosen.value = moveVariant(attentions.value, id, place))

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
    if (attentions.value.length > mostVariants)
      return `Choose at most ${mostVariants} variants: ${attentions.value.length} are chosen.`
    const refused = catalogue.variants.find(
      (variant) => attentions.value.includes(variant.id) && refusal(variant) !== null,
    )
    if (refused) return `${refused.name} is for images only: remove it, or choose images.`
    if (seeds.value.error !== null) return seeds.value.error
    if (!configuration.value) return 'Choose a recipe.'
    const draft = Object.entries(drafts.value).find(([key]) => appliesTo(kind.value, key as OptionKey))?.[1]
    return draft?.error ?? conflict(configuration.value, library.selected)
  })

  /** What should be known before Run is pressed; null where there is nothing. */
  const warning = computed(() =>
    configuration.value && library.selected && obstacle.value === null
      ? vocabularyWarning(library.selected, configuration.value)
      : null,
  )

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
    copy,
    kind,
    recipes,
    attentions,
    styles,
    seeds,
    recipe,
    changes,
    configuration,
    refusal,
    warning,
    toggle,
    move,
    setOption,
    typeOption,
    resetOption,
    resetOptions,
    obstacle,
    request,
  }
})
