import { describe, expect, it } from 'vitest'
import { countOperations, isCounted } from '../../../src/main/engine/operationCounts.ts'
import { kernelRules } from '../../../src/main/engine/tracing/kernels.ts'
import { named } from '../../../src/main/engine/onnx/lowering/named.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { trainingProgram } from '../../../src/main/training/programs.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { totalOperations, type RunConfiguration } from '../../../src/shared/experiment.ts'

const tiny: RunConfiguration = {
  ...recipes[0]!.configuration,
  ...{ layers: 1, heads: 1, width: 2, context: 2, mlpRatio: 0, norm: 'none', positions: 'none' },
  ...{ biases: false, tiedHead: false, batchSize: 1, dropout: 0, clipNorm: 1 },
}
const count = (configuration: RunConfiguration, axes = standardAxes) => {
  const model = { ...configuration, vocabulary: 3 }
  return countOperations(trainingProgram(languageModel(model, axes), model))
}

describe('countOperations', () => {
  it('agrees with a count by hand: two tokens, two channels, one head, three classes', () => {
    const [N, C, T, d, V] = [2, 2, 2, 2, 3]
    const product = (m: number, k: number, n: number) => 2 * m * k * n
    const forward = [
      product(N, C, 3 * C), // queries, keys and values
      product(T, d, T) + T * T, // scores, and the mask added
      5 * T * T, // softmax
      product(T, T, d), // readings
      product(N, C, C) + N * C, // projection, added to the residual
      product(N, C, V), // logits
      5 * N * V, // cross entropy
    ]
    const backward = [
      3 * N * V, // logits
      2 * product(N, C, V), // of the head: to its input and to its weights
      2 * product(N, C, C), // of the projection
      2 * product(T, T, d), // of the weights of attention, and of the values
      N * d + N * d, // dY ∘ Y and its row sums
      2 * T * T, // A ∘ (dA − row sums)
      2 * product(T, T, d) + N * d, // of queries and keys; the scale that does not fold into a product
      2 * product(N, C, 3 * C), // of the map to them
      2 * N * C, // two branches added, and rows of the embedding
    ]
    const weights = V * C + 3 * C * C + C * C + V * C
    // the squared norm of four tensors, then root, + 1e-6, ratio, minimum, square and two gains
    const optimizer = 2 * weights + 3 + 7 + 13 * weights
    const sum = (parts: number[]) => parts.reduce((total, part) => total + part, 0)
    expect(count(tiny)).toEqual({ forward: sum(forward), backward: sum(backward), optimizer })
  })

  it('is what 6N + 12LHQT operations a token say, for a model of the usual proportions (PaLM, appendix B)', () => {
    const { layers, width } = { layers: 4, width: 128 }
    const [tokens, context] = [12 * 64, 64]
    const usual = { ...tiny, layers, width, heads: 4, context, batchSize: 12, mlpRatio: 4 }
    const multiplied = layers * 12 * width ** 2 + 3 * width
    const expected = tokens * (6 * multiplied + 12 * layers * width * context)
    const { forward, backward } = count({ ...usual, norm: 'layer' })
    expect((forward + backward) / expected).toBeGreaterThan(1)
    expect((forward + backward) / expected).toBeLessThan(1.05)
  })

  it('knows what every kernel costs', () => {
    expect([...kernelRules.keys(), ...Object.keys(named)].filter((kernel) => !isCounted(kernel))).toEqual([])
  })

  it.each(
    variants.filter(({ futureLeak }) => futureLeak === null).map(({ id, axes }) => [id, axes] as const),
  )('counts %s: a backward pass that costs more than the forward one', (_, axes) => {
    const { forward, backward, optimizer } = count({ ...tiny, width: 8, heads: 2, context: 4 }, axes)
    expect(forward).toBeGreaterThan(0)
    expect(backward).toBeGreaterThan(forward)
    expect(optimizer).toBeGreaterThan(0)
    expect(totalOperations({ forward, backward, optimizer })).toBe(forward + backward + optimizer)
  })
})
