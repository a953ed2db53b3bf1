/** compareExperiment over a store: what is recorded of runs, what may be asked, and what is refused. */
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/main/store/index.ts'
import { createComparisons } from '../../../src/main/workbench/comparisons.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { comparisonSchema } from '../../../src/shared/comparison.ts'
import { WorkbenchError } from '../../../src/shared/errors.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import type { Dataset, DatasetKind } from '../../../src/shared/experiment.ts'
import { aDataset } from '../../support/records.ts'
import { aRun, anExperiment } from '../store/records.ts'

/** Of two variants and two seeds; their last evaluation is not their best. Without a `dataset` it was removed since. */
function recorded(kind: DatasetKind, dataset?: Dataset) {
  const store = openStore(':memory:')
  const experiment = anExperiment({ recipe: recipes.find((recipe) => recipe.kind === kind)!.id })
  const losses: Record<string, number[]> = { standard: [4, 2, 3], laplacian: [5, 2.5, 2.75] }
  const runs = experiment.attentions.flatMap((attention) =>
    [0, 1].map((seed) => aRun({ id: `${attention}-${seed}`, attention, seed, state: 'finished' })),
  )
  store.insertExperiment(experiment, runs)
  for (const { id: run, attention, seed } of runs)
    store.appendPoints(
      losses[attention]!.flatMap((loss, index) => [
        { run, metric: 'validation/loss', step: 50 * index, value: loss + 0.25 * seed },
        ...(kind === 'images'
          ? [{ run, metric: 'validation/accuracy', step: 50 * index, value: 1 - loss / 8 }]
          : []),
        { run, metric: 'train/loss', step: 50 * index + 1, value: NaN },
      ]),
    )
  const { compareExperiment } = createComparisons({
    store,
    library: { dataset: () => dataset },
    variants: () => variants,
    requireExperiment: () => experiment,
  })
  return (choice: Partial<Parameters<typeof compareExperiment>[0]> = {}) =>
    compareExperiment({ id: experiment.id, ...choice })
}

describe('compareExperiment', () => {
  it('compares the best evaluations with the first variant, as the contract has it', async () => {
    const compared = await recorded('text')()
    expect(comparisonSchema.parse(compared)).toEqual(compared)
    expect(compared).toMatchObject({ metric: 'loss', at: 'best', baseline: 'standard', sample: 'token' })
    const [standard, laplacian] = compared.comparison
    expect(standard).toMatchObject({ name: 'Standard', measured: { mean: 2.125, steps: [50, 50] } })
    expect(laplacian!.differenceFromBaseline).toMatchObject({ mean: 0.5, seeds: [0, 1], values: [0.5, 0.5] })
    expect(laplacian!.sentences).toEqual([
      'Laplacian is worse than Standard by exactly 0.50 nats per token (best validation loss) on each of 2 seeds: ' +
        'there is no spread to hold that against.',
    ])
  })

  it('tells bits per byte where tokens are not characters', async () => {
    const bits = async (dataset: Dataset) =>
      (await recorded('text', dataset)()).comparison.map(({ bitsPerByte }) => bitsPerByte)
    const text = { validation: 1000, validationBytes: 4000 }
    // the best losses of the two seeds are 2 and 2.25, and 2.5 and 2.75 nats
    const expected = [2.125, 2.625].map((nats): unknown => expect.closeTo(nats / Math.LN2 / 4, 12))
    expect(await bits(aDataset({ ...text, tokenizer: 'bpe' }))).toEqual(expected)
    expect(await bits(aDataset({ ...text, tokenizer: 'character' }))).toEqual([undefined, undefined])
  })

  it('compares another evaluation, metric and baseline', async () => {
    const compare = recorded('images')
    const means = async (choice: Parameters<typeof compare>[0]) =>
      (await compare(choice)).comparison.map(({ measured }) => measured!.mean)
    expect(await means({ at: 'last' })).toEqual([3.125, 2.875])
    expect(await means({ at: 0 })).toEqual([4.125, 5.125])
    expect(await means({ metric: 'accuracy' })).toEqual([0.75, 0.6875])
    const { comparison, sample } = await compare({ baseline: 'laplacian', metric: 'accuracy', at: 'last' })
    expect(sample).toBe('image')
    expect(comparison.map(({ differenceFromBaseline: it }) => it && it.mean)).toEqual([-0.03125, null])
    expect(comparison[0]!.sentences[0]).toMatch(
      /^Standard is worse than Laplacian by exactly 3\.1 percentage points \(last validation accuracy\)/,
    )
  })

  it('counts the steps to a value that is named', async () => {
    const { comparison } = await recorded('text')({ target: 2.25 })
    expect(comparison.map(({ reached }) => reached && [reached.runs, reached.of, reached.steps])).toEqual([
      [2, 2, 50],
      null,
    ])
  })

  it.each([
    [{ baseline: 'laplace' }, 'unknown-attention', /There is no variant "laplace" in this experiment/],
    [{ metric: 'accuracy' }, 'wrong-kind', /no accuracy/],
    [{ at: 60 }, 'invalid-request', /evaluated after step 60/],
  ] as const)('refuses %o', async (choice, code, message) => {
    const refusal = await recorded('text')(choice).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(WorkbenchError)
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) })
    if (code === 'invalid-request') expect((refusal as WorkbenchError).hint).toBe('The nearest: 50 and 100.')
  })
})
