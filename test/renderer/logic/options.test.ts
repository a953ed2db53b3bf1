import { describe, expect, it } from 'vitest'
import {
  conflict,
  differences,
  groupsFor,
  optionControl,
  optionGroups,
  optionHint,
  parseOption,
  type OptionGroup,
  type OptionKey,
} from '../../../src/renderer/logic/options.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { appliesTo, runConfigurationSchema, type ImageDataset } from '../../../src/shared/experiment.ts'
import { aDataset } from '../../support/records.ts'

const recipe = recipes[0]!.configuration
const keysOf = (groups: readonly OptionGroup[]) => groups.flatMap(({ common, rest }) => [...common, ...rest])
const images: ImageDataset = {
  id: 'a2b3',
  name: 'digits',
  kind: 'images',
  sha256: 'a2b3'.padEnd(64, '0'),
  bytes: 8_000_000,
  importedAt: '2026-11-22T06:00:00.000Z',
  train: 9000,
  validation: 1000,
  classes: 2,
  classNames: ['0', '1'],
  height: 28,
  width: 28,
  channels: 1,
  trainPerClass: [4500, 4500],
  validationPerClass: [500, 500],
}

describe('options', () => {
  it('shows every key of the configuration once, each with its hint', () => {
    const shown = keysOf(optionGroups)
    expect([...shown].sort()).toEqual(Object.keys(runConfigurationSchema.shape).sort())
    for (const key of shown) expect(optionHint(key)).not.toBe('')
  })

  it.each(['text', 'images'] as const)('shows what decides something for %s, and nothing else', (kind) => {
    const keys = Object.keys(runConfigurationSchema.shape) as OptionKey[]
    expect(keysOf(groupsFor(kind)).sort()).toEqual(keys.filter((key) => appliesTo(kind, key)).sort())
  })

  it('draws each key as its schema is', () => {
    expect(optionControl('biases')).toEqual({ kind: 'switch' })
    expect(optionControl('pooling')).toEqual({ kind: 'choice', choices: ['class-token', 'mean'] })
    expect(optionControl('samplePrompt')).toEqual({ kind: 'text' })
    expect(optionControl('learningRate')).toEqual({ kind: 'number' })
  })

  it('reads numbers as they are typed', () => {
    expect(parseOption('steps', ' 300 ')).toEqual({ value: 300, error: null })
    expect(parseOption('epsilon', '1e-8')).toEqual({ value: 1e-8, error: null })
  })

  it('reads a text with its spaces and escapes', () => {
    expect(parseOption('samplePrompt', ' KING:\\n')).toEqual({ value: ' KING:\n', error: null })
    expect(parseOption('samplePrompt', 'x'.repeat(5000)).error).toBe(
      'samplePrompt must be at most 4,096 characters.',
    )
  })

  it.each<[OptionKey, string, string]>([
    ['layers', '0', 'layers must be a whole number from 1 to 64.'],
    ['layers', '1.5', 'layers must be a whole number from 1 to 64.'],
    ['steps', '', 'steps must be a whole number from 1 to 10,000,000.'],
    ['beta1', '1', 'beta1 must be a number, at least 0 and below 1.'],
    ['learningRate', '0', 'learningRate must be a number, above 0 and at most 10.'],
    ['clipNorm', '-1', 'clipNorm must be a number, at least 0.'],
    ['width', 'abc', 'width must be a whole number from 2 to 4,096.'],
  ])('refuses %s = %j with its limits', (key, text, error) =>
    expect(parseOption(key, text)).toEqual({ value: null, error }),
  )

  it('keeps only what differs from the recipe and applies to the data', () => {
    const overrides = { steps: recipe.steps, layers: recipe.layers + 1, flip: !recipe.flip }
    expect(differences(overrides, recipe, 'text')).toEqual({ layers: recipe.layers + 1 })
    expect(differences(overrides, recipe, 'images')).toEqual({
      layers: recipe.layers + 1,
      flip: !recipe.flip,
    })
  })

  it('names heads that do not divide the width, and a width that would do', () => {
    expect(conflict(recipe, aDataset())).toBeNull()
    expect(conflict({ ...recipe, width: 100, heads: 3 }, aDataset())).toBe(
      'heads (3) must divide width (100): try 99 for width.',
    )
  })

  it('names patches that do not divide the images', () => {
    expect(conflict({ ...recipe, patchSize: 7 }, images)).toBeNull()
    expect(conflict({ ...recipe, patchSize: 5 }, images)).toBe(
      'patchSize (5) must divide the 28 × 28 pixels of an image.',
    )
    expect(conflict({ ...recipe, patchSize: 5 }, aDataset())).toBeNull()
  })
})
