/** Theory 3.12: targets of a linear reduction, their known values, random weights and the MLP alone. */
import { beforeAll, describe, expect, it } from 'vitest'
import { derivedBlock } from '../../../src/main/derivation/block.ts'
import { standardised, type Cloud, type LabelledCloud } from '../../../src/main/derivation/cloud.ts'
import { derive, type DeriveOptions } from '../../../src/main/derivation/derive.ts'
import { tokensOf } from '../../../src/main/derivation/linear.ts'
import { pointCloud } from '../../../src/main/derivation/points.ts'
import { agreementWith, graphTarget, graphTokens } from '../../../src/main/derivation/reduction.ts'
import { compileStep } from '../../../src/main/derivation/step.ts'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import type { Device } from '../../../src/main/engine/program.ts'
import { normals } from '../../../src/main/engine/random.ts'
import { initialNumbers, withMapsFrom } from '../../../src/main/model/parameters.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { singularDecomposition } from '../../../src/main/statistics/linearAlgebra.ts'
import { smoothestVectors } from '../../../src/main/statistics/linearReduction.ts'
import { type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product, rowProducts } from '../../../src/main/statistics/products.ts'
import { attentionAxesSchema, standardAxes } from '../../../src/shared/attention.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { mostGraphTokens, type DerivedVariant } from '../../../src/shared/derivation.ts'
import { settingsOf } from '../../support/derivation.ts'

const laplacian = attentionAxesSchema.parse({ operator: 'laplacian' })
const l2Laplacian = attentionAxesSchema.parse({ operator: 'laplacian', score: 'distance' })
const gaussian = (rows: number, columns: number, stream: number): Matrix => ({
  ...{ rows, columns },
  numbers: normals(0, 'derivation', stream, rows * columns, 1),
})

/** Three classes in six dimensions, farther apart in some than in others. */
const wide: LabelledCloud = {
  ...{ count: 60, width: 6, items: null },
  values: gaussian(60, 6, 1).numbers.map(
    (value, index) => (6 - (index % 6)) * value + 4 * ((Math.floor(index / 6) + index) % 3),
  ) as Float32Array,
  labels: Array.from({ length: 60 }, (_, token) => token % 3),
}
/** The same tokens, turned. */
function turned(cloud: LabelledCloud): LabelledCloud {
  const { left } = singularDecomposition(gaussian(cloud.width, cloud.width, 2))!
  return { ...cloud, values: Float32Array.from(product(tokensOf(cloud), left).numbers) }
}

let device: Device
beforeAll(() => void (device = openCpu(2)))

const derivedOf = async (
  variants: DeriveOptions['variants'],
  some: Parameters<typeof settingsOf>[0] = {},
  tokens = wide,
): Promise<DerivedVariant[]> =>
  derive(device, { variants, tokens, scale: 1, steps: 3, settings: settingsOf(some) })

describe('a graph of parts that do not see each other (theory 3.12)', () => {
  const labels = Array.from({ length: 60 }, (_, token) => token % 5)
  /** Five narrow clusters on a wide circle. */
  const cloud: Cloud = {
    ...{ count: 60, width: 2 },
    values: normals(0, 'derivation', 4, 120, 1).map((value, index) => {
      const angle = (2 * Math.PI * labels[index >> 1]!) / 5
      return value + 30 * (index % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
    }),
  }
  let pattern: Matrix
  beforeAll(async () => {
    const step = await compileStep(device, { axes: l2Laplacian }, [60, 2], settingsOf())
    pattern = { rows: 60, columns: 60, numbers: (await step.run(cloud.values)).pattern }
    await step.release()
  })

  it('is what attention is between clusters far apart', () => {
    const across = pattern.numbers.filter((_, index) => labels[Math.floor(index / 60)] !== labels[index % 60])
    expect(Math.max(...across)).toBe(0)
  })

  it('held fixed, takes the tokens of every part to one point by steps of the Laplacian', () => {
    // x + (A − I) x = A x: derive.test.ts holds a step of the program to it
    let x: Matrix = tokensOf(cloud)
    for (let step = 0; step < 300; step++) x = product(pattern, x)
    const places = labels.map((_, token) =>
      [0, 1].map((axis) => x.numbers[2 * token + axis]!.toFixed(2)).join(' '),
    )
    expect(new Set(places).size).toBe(5)
    expect(new Set(labels.map((label, token) => `${label}: ${places[token]}`)).size).toBe(5)
  })

  it('has the indicators of its parts as smoothest vectors, and no stationary tokens of finite length', () => {
    const { eigenvalues, vectors } = smoothestVectors(pattern, 4)!
    for (const value of eigenvalues) expect(value).toBeCloseTo(0, 8)
    labels.forEach((label, token) => {
      const peer = labels.indexOf(label)
      for (let k = 0; k < 4; k++)
        expect(vectors.numbers[4 * token + k]).toBeCloseTo(vectors.numbers[4 * peer + k]!, 6)
    })
    const target = graphTarget(pattern, { components: 2, beta: 0.1, seed: 0 })
    expect(target(tokensOf(cloud)).stationary.disparity).toBeNull()
  })
})

describe('agreement with a target', () => {
  const x = gaussian(60, 4, 3)
  const target = { rows: 60, columns: 2, numbers: Float64Array.from({ length: 120 }, (_, index) => x.numbers[4 * (index >> 1) + (index % 2)]! * 9) } // prettier-ignore

  it('is complete where the first components are the target, however turned and scaled', () => {
    const long = { ...x, numbers: x.numbers.map((value, index) => (index % 4 < 2 ? 900 * value : value)) }
    const { correlation, angle, disparity } = agreementWith(target, long)
    expect(correlation).toBeCloseTo(1, 4)
    expect(angle).toBeLessThan(0.02)
    expect(disparity).toBeLessThan(1e-4)
  })

  it('is nothing where tokens have fewer dimensions, or there is no target', () => {
    const none = { correlation: null, angle: null, disparity: null }
    const flat = { ...x, numbers: x.numbers.map((value, index) => (index % 4 === 0 ? value : 0)) }
    expect(agreementWith(target, flat)).toEqual(none)
    expect(agreementWith(null, x)).toEqual(none)
  })

  it('takes a drawn part of a large graph, the same for the same seed', () => {
    expect(graphTokens(mostGraphTokens, 0)).toBeNull()
    const drawn = graphTokens(2 * mostGraphTokens, 1)!
    expect(new Set(drawn).size).toBe(mostGraphTokens)
    expect(drawn).toEqual(graphTokens(2 * mostGraphTokens, 1))
    expect(drawn).not.toEqual(graphTokens(2 * mostGraphTokens, 2))
    expect(Math.max(...drawn)).toBeGreaterThan(mostGraphTokens)
  })
})

describe('derived measures', () => {
  it('do not change where the tokens are turned', async () => {
    const variants = [
      { id: 'standard', axes: standardAxes },
      { id: 'laplacian', axes: laplacian },
    ]
    const [plain, other] = [
      await derivedOf(variants, { components: 3 }),
      await derivedOf(variants, { components: 3 }, turned(wide)),
    ]
    for (const [place, { steps }] of plain.entries())
      for (const [index, step] of steps.entries()) {
        const { positions: _, insideHull: __, randomLabelPurity, randomSilhouette, ...measures } = step
        const again = other[place]!.steps[index]!
        for (const [key, value] of Object.entries(measures)) {
          const [a, b] = [value as number | null, again[key as keyof typeof measures]]
          if (a === null) expect(b, key).toBeNull()
          else
            expect(Math.abs((b as number) - a), `${key} of step ${index}`).toBeLessThan(
              2e-3 * (1 + Math.abs(a)),
            )
        }
        // planes are drawn, not turned
        expect([randomLabelPurity, randomSilhouette].every((value) => value !== null)).toBe(true)
      }
  })

  it('begin where the tokens are their own principal components', async () => {
    const [{ steps }] = (await derivedOf([{ id: 'standard', axes: standardAxes }], { components: 4 })) as [
      DerivedVariant,
    ]
    expect(steps[0]!.principalCorrelation).toBeCloseTo(1, 6)
    expect(steps[0]!.principalAngle).toBeLessThan(1e-3)
    expect(steps[0]!.principalDisparity).toBeLessThan(1e-6)
    for (const { graphCorrelation, graphAngle, graphDisparity, stationaryDisparity } of steps) {
      for (const share of [graphCorrelation, graphDisparity, stationaryDisparity]) {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
      }
      expect(Math.cos(graphAngle!)).toBeLessThanOrEqual(graphCorrelation! + 1e-9)
    }
  })

  it('have no random planes of points, of which there is one plane', async () => {
    const [{ steps }] = (await derivedOf(
      [{ id: 'standard', axes: standardAxes }],
      {},
      pointCloud('moons', 40, 0),
    )) as [DerivedVariant]
    expect(steps[0]!.labelPurity).toBeGreaterThan(0)
    expect(steps[0]).toMatchObject({ randomLabelPurity: null, randomSilhouette: null })
  })

  it('refuse more components than there are channels', async () => {
    const wanted = derivedOf([{ id: 'standard', axes: standardAxes }], { components: 7 })
    await expect(wanted).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('random weights', () => {
  const random = settingsOf({ weights: 'random', seed: 5 })

  it('are those of the first block of a model with one block and one head', () => {
    const { configuration } = recipes.find(({ id }) => id === 'nanogpt-cpu')!
    const model = languageModel(
      { ...configuration, layers: 1, heads: 1, width: 6, biases: false, vocabulary: 5, mlpRatio: 2 },
      standardAxes,
    )
    for (const sigma of [0, 0.02, 0.3]) {
      const settings = { ...random, mlpRatio: 2, initialDeviation: sigma }
      const { weights } = derivedBlock({ axes: standardAxes }, [9, 6], settings)
      const inModel = withMapsFrom(model.parameters, sigma)
      expect(weights.map(({ name }) => name)).toEqual([
        ...[
          'queryKeyValue.weight',
          'output.weight',
          'blocks.0.mlp.expand.weight',
          'blocks.0.mlp.contract.weight',
        ],
      ])
      for (const { name, numbers } of weights) {
        const known = inModel.find((parameter) => parameter.name.endsWith(name))!
        expect([...numbers]).toEqual([...initialNumbers(known, 5)])
      }
    }
  })

  it('move tokens by attention and then by the MLP, which alone leaves each token to itself', async () => {
    const first = standardised(wide, 1)
    const run = async (mlpOnly: boolean, values: Float32Array, mlpRatio = 4) => {
      const settings = { ...random, mlpRatio, initialDeviation: 0.4 }
      const step = await compileStep(device, { axes: standardAxes, mlpOnly }, [60, 6], settings)
      const { next } = await step.run(values)
      await step.release()
      return next
    }
    const changed = first.values.with(0, first.values[0]! + 1)
    const others = (values: Float32Array) => values.slice(6)
    expect([...others(await run(true, changed))]).toEqual([...others(await run(true, first.values))])
    expect([...others(await run(false, changed))]).not.toEqual([...others(await run(false, first.values))])
    // the block is one after the other
    const attended = await run(false, first.values, 0)
    const both = await run(true, attended)
    const whole = await run(false, first.values)
    whole.forEach((value, index) => expect(both[index]).toBeCloseTo(value, 4))
  })

  it('leave the graph of step 0 to compare the MLP alone with, and refuse it where there is no MLP', async () => {
    const alone = { id: 'mlp-only', axes: standardAxes, mlpOnly: true }
    const [mlp, standard] = await derivedOf([alone, { id: 'standard', axes: standardAxes }], {
      weights: 'random',
    })
    expect(mlp!.steps[0]).toEqual(standard!.steps[0])
    expect(mlp!.steps[3]!.graphCorrelation).not.toBe(standard!.steps[3]!.graphCorrelation)
    for (const some of [{}, { weights: 'random', mlpRatio: 0 } as const])
      await expect(derivedOf([alone], some)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('depend on the seed', async () => {
    const of = async (seed: number) =>
      (await derivedOf([{ id: 'standard', axes: standardAxes }], { weights: 'random', seed }))[0]!.steps[3]!
        .totalVariance
    expect(await of(1)).toBe(await of(1))
    expect(await of(1)).not.toBe(await of(2))
  })
})

it('tokens that are turned keep their products', () => {
  const cloud = turned(wide)
  const [before, after] = [rowProducts(tokensOf(wide)), rowProducts(tokensOf(cloud))]
  after.numbers.forEach((value, index) =>
    expect(Math.abs(value - before.numbers[index]!)).toBeLessThan(
      1e-3 * (1 + Math.abs(before.numbers[index]!)),
    ),
  )
})
