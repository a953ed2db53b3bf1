/** variants, recipes and devices: what there is to choose from. None of them needs a home. */
import { recipes } from '../../../shared/catalogue/recipes.ts'
import { variants } from '../../../shared/catalogue/variants.ts'
import { formatCount } from './format.ts'
import { print, printDocument, table } from './output.ts'

export function printVariants(json: boolean): void {
  if (json) return printDocument(variants)
  print(
    table(variants, [
      { title: 'id', value: (variant) => variant.id },
      { title: 'meaning', value: (variant) => variant.meaning },
      { title: 'source', value: (variant) => variant.source },
    ]),
  )
}

export function printRecipes(json: boolean): void {
  if (json) return printDocument(recipes)
  print(
    table(recipes, [
      { title: 'id', value: (recipe) => recipe.id },
      { title: 'layers', align: 'right', value: (recipe) => formatCount(recipe.configuration.layers) },
      { title: 'width', align: 'right', value: (recipe) => formatCount(recipe.configuration.width) },
      { title: 'context', align: 'right', value: (recipe) => formatCount(recipe.configuration.context) },
      { title: 'steps', align: 'right', value: (recipe) => formatCount(recipe.configuration.steps) },
      { title: 'description', value: (recipe) => recipe.description },
    ]),
  )
}

export async function printDevices(json: boolean): Promise<void> {
  const { listDevices } = await import('../../engine/devices/index.ts') // it loads the engine
  const devices = await listDevices()
  if (json) return printDocument(devices)
  print(
    table(devices, [
      { title: 'id', value: (device) => device.id },
      { title: 'available', value: (device) => (device.available ? 'yes' : 'no') },
      { title: 'description', value: (device) => device.description ?? device.reason ?? '' },
    ]),
  )
}
