/** The table of statistics: it has the whole catalogue, and gives numbers or "not defined" whatever was recorded. */
import { describe, expect, it } from 'vitest'
import { normals } from '../../../../src/main/engine/random.ts'
import {
  createMeasurer,
  measured,
  wantedFor,
  type Failure,
} from '../../../../src/main/statistics/measuring/measure.ts'
import { comparisonsOnly, measuresOf } from '../../../../src/main/statistics/measuring/measures.ts'
import {
  keyOf,
  type ProbedModel,
  type Recorded,
  type Recording,
} from '../../../../src/main/statistics/measuring/recording.ts'
import { betweenBlocks, stream } from '../../../../src/main/statistics/measuring/sites.ts'
import { statistics } from '../../../../src/shared/catalogue/statistics.ts'
import { chosenStatistics } from '../../../../src/shared/statistics.ts'

const [width, heads, whole, length] = [8, 2, 2, 12]
const model: ProbedModel = {
  layers: 2,
  heads,
  causal: true,
  hasMlp: true,
  normPlacement: 'pre',
  parameters: Object.fromEntries(
    [0, 1].flatMap((layer) => [
      [`blocks.${layer}.attention.queryKeyValue.weight`, [width, 3 * width]],
      [`blocks.${layer}.attention.output.weight`, [width, width]],
      [`blocks.${layer}.attention.temperature`, [heads, 1, 1]],
    ]),
  ),
}

type Fill = (count: number, stream: number) => Float32Array
const gaussian: Fill = (count, stream) => normals(11, 'statistics', stream, count, 1)

/** Everything that `full` wants, of n sampled tokens, with numbers of `fill`; attention is a softmax where it can be. */
function recordingOf(fill: Fill, n: number, changes: Partial<ProbedModel> = {}): Recording {
  const probed = { ...model, ...changes }
  const arrays: Record<string, Recorded> = {}
  wantedFor(Object.values(measuresOf(probed)), probed).forEach((one, index) => {
    const { source, name } = one
    const shape =
      source === 'sampled'
        ? [n, width]
        : source === 'gradients'
          ? [1]
          : source !== 'sequences'
            ? probed.parameters[name]!
            : !name.includes('.attn.')
              ? [whole * length, width]
              : [whole, heads, length, name.endsWith('pattern') ? length : width / heads]
    const numbers = fill(
      shape.reduce((a, b) => a * b, 1),
      index,
    )
    arrays[keyOf(one)] = { shape, numbers: name.endsWith('pattern') ? causalSoftmax(numbers) : numbers }
  })
  return {
    model: probed,
    length,
    labels: Int32Array.from({ length: n }, (_, index) => index % 3),
    sequences: Int32Array.from({ length: n }, (_, index) => index % 5),
    isFirst: false,
    arrays,
  }
}

function causalSoftmax(scores: Float32Array): Float32Array {
  const result = new Float32Array(scores.length)
  for (let row = 0; row < scores.length / length; row++) {
    const seen = Array.from(scores.subarray(row * length, row * length + (row % length) + 1), Math.exp)
    const sum = seen.reduce((a, b) => a + b, 0)
    seen.forEach((weight, j) => (result[row * length + j] = weight / sum))
  }
  return result
}

function measure(recording: Recording) {
  const failures: Failure[] = []
  const measurements = createMeasurer(measuresOf(recording.model), (failure) => failures.push(failure))(
    recording,
    4,
  )
  return { measurements, failures }
}

describe('the table', () => {
  it('has every statistic of the catalogue but those that compare runs, and no other', () => {
    const known = Object.keys(measuresOf(model)).sort()
    expect([...known, ...comparisonsOnly].sort()).toEqual(statistics.map(({ id }) => id).sort())
  })

  it('of light reads no queries, keys or weights, and of nothing nothing', () => {
    const all = measuresOf(model)
    const light = chosenStatistics('light').chosen.map(({ id }) => all[id]!)
    const names = wantedFor(light, model).map(keyOf)
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => /hook_[qk]$|^weights|^before/.test(name))).toEqual([])
    expect(wantedFor([], model)).toEqual([])
  })

  it('measures the residual stream once, wherever it has two names', () => {
    const { measurements } = measure(recordingOf(gaussian, 40))
    const places = measurements
      .filter(({ statistic }) => statistic === 'mean-norm')
      .map(({ layer, tap }) => `${layer} ${tap}`)
    expect(places.filter((place) => place.endsWith('resid_pre'))).toEqual(['0 hook_resid_pre'])
    expect(new Set(places).size).toBe(places.length)
    const without = measure(recordingOf(gaussian, 40, { hasMlp: false })).measurements
    expect(without.some(({ tap }) => /mlp|ln2|resid_mid/.test(tap))).toBe(false)
  })

  it('takes what the MLP joins from after the norm where norms follow the sums', () => {
    const wanted = (normPlacement: 'pre' | 'post') =>
      wantedFor([measuresOf(model)['branch-ratio']!], { ...model, normPlacement }).map(({ name }) => name)
    expect(wanted('pre')).not.toContain('blocks.0.ln1.hook_normalized')
    expect(wanted('post')).toContain('blocks.0.ln1.hook_normalized')
  })
})

describe('the whole catalogue', () => {
  it('is defined of ordinary tokens, by block, and by head where there are heads', () => {
    const { measurements, failures } = measure(recordingOf(gaussian, 300))
    expect(failures).toEqual([])
    expect(measurements.filter(({ value }) => value === null)).toEqual([])
    expect(measurements.every(({ value }) => Number.isFinite(value))).toBe(true)
    expect(new Set(measurements.map(({ step }) => step))).toEqual(new Set([4]))
    const entropies = measurements.filter(({ statistic }) => statistic === 'attention-entropy')
    expect(entropies.map(({ layer, head, tap }) => [layer, head, tap])).toEqual([
      [0, 0, 'attn.hook_pattern'],
      [0, 1, 'attn.hook_pattern'],
      [1, 0, 'attn.hook_pattern'],
      [1, 1, 'attn.hook_pattern'],
    ])
    const keys = measurements.map(({ layer, tap, head, statistic }) => `${layer} ${tap} ${head} ${statistic}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  const degenerate: Record<string, Recording> = {
    'constant tokens': recordingOf((count) => new Float32Array(count).fill(0.5), 60),
    'tokens that are zero': recordingOf((count) => new Float32Array(count), 60),
    duplicates: recordingOf((count, stream) => {
      const numbers = gaussian(count, stream)
      return numbers.map((_, index) => numbers[index % (2 * width)]!)
    }, 60),
    'fewer tokens than channels': recordingOf(gaussian, 3),
    'one token': recordingOf(gaussian, 1),
    'tokens of one class': { ...recordingOf(gaussian, 60), labels: new Int32Array(60) },
    'huge numbers': recordingOf((count, stream) => gaussian(count, stream).map((value) => value * 1e30), 60),
    'tiny numbers': recordingOf((count, stream) => gaussian(count, stream).map((value) => value * 1e-30), 60),
    'numbers that are not finite': recordingOf(
      (count, stream) => gaussian(count, stream).fill(NaN, 0, 3).fill(Infinity, 3, 5),
      60,
    ),
  }
  it.each(Object.keys(degenerate))('of %s is a number or not defined, and never an exception', (name) => {
    const { measurements, failures } = measure(degenerate[name]!)
    expect(failures).toEqual([])
    expect(measurements.length).toBeGreaterThan(500)
    for (const { statistic, value } of measurements)
      expect(value === null || Number.isFinite(value), statistic).toBe(true)
  })

  it('is the same for the same numbers, whatever was measured before', () => {
    const [one, other] = [recordingOf(gaussian, 90), recordingOf((n, s) => gaussian(n, s + 500), 70)]
    const twice = createMeasurer(measuresOf(model), () => {})
    twice(other, 0)
    expect(twice(one, 4)).toEqual(measure(one).measurements)
  })
})

describe('a statistic that throws', () => {
  it('is null wherever it is measured, is told, and leaves the others alone', () => {
    const failures: Failure[] = []
    const broken = () => {
      throw new Error('no such thing')
    }
    const some = {
      broken: measured(betweenBlocks, broken),
      rows: measured(stream, ({ tokens }) => tokens.rows),
    }
    const measurements = createMeasurer(some, (failure) => failures.push(failure))(
      recordingOf(gaussian, 9),
      0,
    )
    expect(measurements.filter(({ statistic }) => statistic === 'broken').map(({ value }) => value)).toEqual([
      null,
      null,
      null,
    ])
    expect(
      measurements.filter(({ statistic }) => statistic === 'rows').every(({ value }) => value === 9),
    ).toBe(true)
    expect(failures).toHaveLength(3)
    expect(failures[0]).toEqual({ statistic: 'broken', message: 'no such thing' })
  })
})
