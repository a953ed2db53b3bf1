import { describe, expect, it } from 'vitest'
import { parameterCount } from '../../../src/main/model/parameters.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { visionTransformer } from '../../../src/main/model/visionTransformer.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
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

  it('have as many parameters as their sources say, on the data that they are for', () => {
    const characters = (id: string) => languageModel({ ...configuration(id), vocabulary: 65 }, standardAxes)
    const images = (id: string, side: number, channels: number) =>
      visionTransformer(
        { ...configuration(id), imageHeight: side, imageWidth: side, channels, classes: 10 },
        standardAxes,
      )
    expect(parameterCount(characters('nanogpt-cpu').parameters)).toBe(804_096)
    expect(parameterCount(characters('nanogpt-baby').parameters)).toBe(10_745_088)
    expect(parameterCount(images('vit-mnist', 28, 1).parameters)).toBe(210_122)
    expect(parameterCount(images('vit-cifar', 32, 3).parameters)).toBe(827_658)
  })

  it('are as long as they say', () => {
    expect(epochsOf(configuration('vit-mnist'), { kind: 'images', train: 9000 })).toBeCloseTo(20, 1)
    expect(epochsOf(configuration('vit-cifar'), { kind: 'images', train: 50_000 })).toBe(200)
    // 5,000 steps of 64 contexts of 256 tokens
    expect(epochsOf(configuration('nanogpt-baby'), { kind: 'text', train: 1_003_854 })).toBeCloseTo(81.6, 1)
  })
})
