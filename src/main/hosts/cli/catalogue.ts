/** variants, recipes and devices: what there is to choose from. Looking makes no home. */
import { choicesOf, type AttentionAxes } from '../../../shared/attention.ts'
import { recipes } from '../../../shared/catalogue/recipes.ts'
import type { Variant } from '../../../shared/contract.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
import { homeFolder } from '../../paths.ts'
import { knownNames } from '../../workbench/identifiers.ts'
import { openVariants, readVariantFile, variantsFolder, type Variants } from '../../workbench/variants.ts'
import { formatCount } from './format.ts'
import { note, print, printDocument, properties, table } from './output.ts'

/** The variants of a home, which need not be there. */
export const variantsOf = (home?: string): Variants => openVariants(variantsFolder(homeFolder(home)))

export function printVariants({ home, json }: { home?: string; json?: boolean }): void {
  const { variants, problems } = variantsOf(home).read()
  problems.forEach(note)
  if (json) return printDocument(variants)
  print(
    table(variants, [
      { title: 'id', value: (variant) => variant.id },
      { title: 'family', value: (variant) => variant.family },
      { title: 'data', value: kindsOf },
      { title: 'meaning', value: (variant) => variant.meaning },
    ]),
  )
}

export function showVariant(id: string, { home, json }: { home?: string; json?: boolean }): void {
  const { variants } = variantsOf(home).read()
  const variant = variants.find((candidate) => candidate.id === id)
  if (!variant) {
    const ids = variants.map((candidate) => candidate.id)
    throw new WorkbenchError(
      'unknown-attention',
      `There is no attention variant "${id}".`,
      knownNames(id, ids),
    )
  }
  if (json) printDocument({ variant })
  else print(describeVariant(variant))
}

/** Adds the variant of a JSON file to a home, or replaces an own one of its id. */
export const addVariant = (file: string, home?: string): Variant =>
  variantsOf(home).save(readVariantFile(file))

/** What a variant chooses on the axes, in their order; empty for standard attention. */
export function describeAxes(axes: AttentionAxes): string {
  return Object.entries(choicesOf(axes))
    .map(([axis, choice]) =>
      typeof choice === 'object' ? describeBlock(axis, choice) : `${axis} ${String(choice)}`,
    )
    .join(', ')
}

const describeBlock = (axis: string, block: object) =>
  Object.entries(block)
    .map(([key, value]) => `${axis}.${key} ${String(value)}`)
    .join(', ')

const kindsOf = ({ futureLeak }: Variant) => (futureLeak ? 'images' : 'text, images')

export function describeVariant(variant: Variant): string {
  const { futureLeak } = variant
  const pairs: [string, string][] = [
    ['id', variant.id],
    ['name', variant.name],
    ['family', variant.family],
    ['formula', variant.formula],
    ['meaning', variant.meaning],
    ['parameters', variant.parameters],
    ['is standard', variant.reduction],
    ['invariant', variant.invariant],
    ['source', variant.source],
    ['axes', describeAxes(variant.axes) || 'all neutral'],
    ['data', futureLeak ? `images only: on text ${futureLeak}` : kindsOf(variant)],
  ]
  return properties(pairs.filter(([, value]) => value !== ''))
}

export function printRecipes(json: boolean): void {
  if (json) return printDocument(recipes)
  print(
    table(recipes, [
      { title: 'id', value: (recipe) => recipe.id },
      { title: 'data', value: (recipe) => recipe.kind },
      { title: 'layers', align: 'right', value: (recipe) => formatCount(recipe.configuration.layers) },
      { title: 'width', align: 'right', value: (recipe) => formatCount(recipe.configuration.width) },
      { title: 'steps', align: 'right', value: (recipe) => formatCount(recipe.configuration.steps) },
      { title: 'target', value: (recipe) => recipe.target },
      { title: 'source', value: (recipe) => recipe.source },
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
