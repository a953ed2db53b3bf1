import { describe, expect, it } from 'vitest'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { recipeSchema } from '../../../src/shared/contract.ts'
import { epochsOf } from '../../../src/shared/experiment.ts'

const configuration = (id: string) => recipes.find((recipe) => recipe.id === id)!.configuration

describe('the recipes', () => {
  it.each(recipes.map((recipe) => [recipe.id, recipe] as const))('%s is complete and valid', (_, recipe) => {
    expect(recipeSchema.parse(recipe)).toEqual(recipe)
    const { heads, width, warmupSteps, steps, evaluationInterval } = recipe.configuration
    expect(width % heads).toBe(0)
    expect(warmupSteps).toBeLessThan(steps)
    expect(evaluationInterval).toBeLessThanOrEqual(steps)
    for (const text of [recipe.source, recipe.target, recipe.description]) expect(text).toMatch(/\w/)
  })

  it('have names of their own', () => {
    expect(new Set(recipes.map(({ id }) => id)).size).toBe(recipes.length)
  })

  it('are as long as they say', () => {
    expect(epochsOf(configuration('vit-mnist'), { kind: 'images', train: 9000 })).toBeCloseTo(20, 1)
    expect(epochsOf(configuration('vit-cifar'), { kind: 'images', train: 50_000 })).toBe(200)
    // 5,000 steps of 64 contexts of 256 tokens
    expect(epochsOf(configuration('nanogpt-baby'), { kind: 'text', train: 1_003_854 })).toBeCloseTo(81.6, 1)
  })
})
