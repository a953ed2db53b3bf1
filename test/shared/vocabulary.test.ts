import { describe, expect, it } from 'vitest'
import { refuseDataset } from '../../src/main/workbench/refusals.ts'
import { recipes } from '../../src/shared/catalogue/recipes.ts'
import { vocabularyCost, vocabularyWarning } from '../../src/shared/vocabulary.ts'
import { aDataset, anImageDataset } from '../support/records.ts'

/** Batches of 12 sequences of 64 tokens. */
const nanogpt = recipes.find(({ id }) => id === 'nanogpt-cpu')!.configuration
const text = (vocabulary: number) =>
  aDataset({ vocabulary, tokenizer: 'bpe', train: 100_000, validation: 100_000 })

describe('what a vocabulary costs', () => {
  it("is what nanoGPT's model has, but for its norms", () => {
    const { tables, parameters, logitsBytes } = vocabularyCost(65, nanogpt)
    const norms = (2 * nanogpt.layers + 1) * nanogpt.width
    expect(parameters + norms).toBe(804_096) // as the description of the recipe says
    expect(tables).toBe(65 * nanogpt.width)
    expect(logitsBytes).toBe(12 * 64 * 65 * 4)
  })

  it('is warned of where tables of tokens are most of the model, or logits take a gigabyte', () => {
    expect(vocabularyWarning(text(1024), nanogpt)).toBeNull()
    expect(vocabularyWarning(text(50_257), nanogpt)).toMatch(
      /50,257 tokens .* 6,432,896 of about 7,227,\d{3} parameters \(89 %\).* 154 MB \(12 × 64 × 50,257 × 4 bytes\)/,
    )
    const own = { ...nanogpt, tiedHead: false, width: 64 }
    expect(vocabularyWarning(text(4096), own)).toMatch(/ 524,288 of about /)
    const wide = { ...nanogpt, width: 1024, batchSize: 512 }
    expect(vocabularyWarning(text(8192), wide)).toBeNull() // 2³⁰ bytes
    expect(vocabularyWarning(text(8193), wide)).toMatch(/1,074 MB/)
  })

  it('is never too large for bytes or images', () => {
    const tiny = { ...nanogpt, width: 2, layers: 1 }
    expect(vocabularyWarning(text(256), tiny)).toBeNull()
    expect(vocabularyWarning(anImageDataset(), tiny)).toBeNull()
  })

  it('is refused where logits alone are more than the memory', () => {
    const memory = 12 * 64 * 50_000 * 4
    refuseDataset(text(50_000), nanogpt, memory)
    expect(() => refuseDataset(text(50_001), nanogpt, memory)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: expect.stringMatching(/154 MB \(12 × 64 × 50,001 × 4 bytes\); .* has 154 MB/) as string,
      }),
    )
  })
})
