/** What can be chosen: variants, recipes, samples and devices. Read once; it does not change while the app runs. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DeviceReport, Recipe, Sample, Variant } from '../../shared/contract.ts'
import { workbench } from '../api/index.ts'
import { variantStyle, type VariantStyle } from '../charts/palette.ts'

export const useCatalogue = defineStore('catalogue', () => {
  const variants = shallowRef<Variant[]>([])
  const recipes = shallowRef<Recipe[]>([])
  const samples = shallowRef<Sample[]>([])
  const devices = shallowRef<DeviceReport[]>([])

  async function load(): Promise<void> {
    const [catalogue, reports] = await Promise.all([workbench.readCatalogue({}), workbench.listDevices({})])
    variants.value = catalogue.variants
    recipes.value = catalogue.recipes
    samples.value = catalogue.samples
    devices.value = reports
  }

  const place = (id: string) => variants.value.findIndex((variant) => variant.id === id)
  const variantName = (id: string): string => variants.value[place(id)]?.name ?? id
  const styleOf = (id: string): VariantStyle => variantStyle(place(id))
  const recipe = (id: string): Recipe | undefined => recipes.value.find((candidate) => candidate.id === id)

  return { variants, recipes, samples, devices, load, variantName, styleOf, recipe }
})
