/** What can be chosen: variants, recipes, samples and devices. Only the person's own variants change while the app runs. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Statistic } from '../../shared/catalogue/statistics/statistic.ts'
import type { DeviceReport, Recipe, Sample, Variant } from '../../shared/contract.ts'
import { workbench } from '../api/index.ts'

export const useCatalogue = defineStore('catalogue', () => {
  const variants = shallowRef<Variant[]>([])
  /** What is wrong with files of own variants that could not be used. */
  const problems = shallowRef<string[]>([])
  const recipes = shallowRef<Recipe[]>([])
  const samples = shallowRef<Sample[]>([])
  const statistics = shallowRef<Statistic[]>([])
  const devices = shallowRef<DeviceReport[]>([])

  async function load(): Promise<void> {
    const [catalogue, reports] = await Promise.all([workbench.readCatalogue({}), workbench.listDevices({})])
    variants.value = catalogue.variants
    problems.value = catalogue.problems
    recipes.value = catalogue.recipes
    samples.value = catalogue.samples
    statistics.value = catalogue.statistics
    devices.value = reports
  }
  /** Own variants come and go, here and by other windows and the command line. */
  async function loadVariants(): Promise<void> {
    const catalogue = await workbench.readCatalogue({})
    variants.value = catalogue.variants
    problems.value = catalogue.problems
  }
  function follow(): void {
    // If this fails the connection is lost, and what is shown stays what it was.
    workbench.subscribe('catalogueChanged', () => void loadVariants().catch(() => {}))
  }

  const variant = (id: string): Variant | undefined => variants.value.find((candidate) => candidate.id === id)
  const variantName = (id: string): string => variant(id)?.name ?? id
  const recipe = (id: string): Recipe | undefined => recipes.value.find((candidate) => candidate.id === id)

  return {
    variants,
    problems,
    recipes,
    samples,
    statistics,
    devices,
    load,
    loadVariants,
    follow,
    variant,
    variantName,
    recipe,
  }
})
