import { describe, expect, it } from 'vitest'
import {
  conflict,
  differences,
  isSwitch,
  optionGroups,
  optionHint,
  parseOption,
  type OptionKey,
} from '../../../src/renderer/logic/options.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { runConfigurationSchema } from '../../../src/shared/experiment.ts'

const recipe = recipes[0]!.configuration

describe('options', () => {
  it('shows every key of the configuration once, each with its hint', () => {
    const shown = optionGroups.flatMap((group) => group.keys)
    expect([...shown].sort()).toEqual(Object.keys(runConfigurationSchema.shape).sort())
    for (const key of shown) expect(optionHint(key)).not.toBe('')
  })

  it('draws the two yes-or-no values as switches', () => {
    const switches = optionGroups.flatMap((group) => group.keys).filter(isSwitch)
    expect(switches).toEqual(['biases', 'tiedHead'])
  })

  it('reads numbers as they are typed', () => {
    expect(parseOption('steps', ' 300 ')).toEqual({ value: 300, error: null })
    expect(parseOption('epsilon', '1e-8')).toEqual({ value: 1e-8, error: null })
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

  it('keeps only what differs from the recipe', () => {
    expect(differences({ steps: recipe.steps, layers: recipe.layers + 1 }, recipe)).toEqual({
      layers: recipe.layers + 1,
    })
  })

  it('names heads that do not divide the width, and a width that would do', () => {
    expect(conflict(recipe)).toBeNull()
    expect(conflict({ ...recipe, width: 100, heads: 3 })).toBe(
      'heads (3) must divide width (100): try 99 for width.',
    )
  })
})
