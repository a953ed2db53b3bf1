/** Probing as runs do it: what is measured and kept of a trained model, and that stopping and resuming change nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDevice } from '../../../../src/main/engine/devices/index.ts'
import type { Device, DeviceState } from '../../../../src/main/engine/program.ts'
import { familyOf, naturalParameters } from '../../../../src/main/statistics/exponentialFamily.ts'
import { innerProduct, rowOf, type Matrix } from '../../../../src/main/statistics/matrix.ts'
import { product } from '../../../../src/main/statistics/products.ts'
import { headSequences, type Recording } from '../../../../src/main/statistics/measuring/recording.ts'
import { readCheckpoint } from '../../../../src/main/training/checkpoint.ts'
import type { TrainingTask } from '../../../../src/main/training/messages.ts'
import { openObjective } from '../../../../src/main/training/objectives/index.ts'
import { unpackProbe } from '../../../../src/main/training/packedProbe.ts'
import { createProber, type ProbeListener } from '../../../../src/main/training/probing/prober.ts'
import { openReader } from '../../../../src/main/training/probing/reader.ts'
import type { RunConfiguration } from '../../../../src/shared/experiment.ts'
import { chosenStatistics } from '../../../../src/shared/statistics.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../../support/images.ts'
import { newest, Record, taskOf, trainHere, trainInProcess } from '../../../support/training.ts'

const configuration: RunConfiguration = {
  ...tinyConfiguration,
  ...{ layers: 2, steps: 30, evaluationInterval: 10, sampleTokens: 0 },
  ...{ statistics: 'light', probeTokens: 128, probeSequences: 2, probeMegabytes: 4 },
}

let text: SmallDataset
let images: SmallImages
beforeAll(async () => {
  text = await smallDataset()
  images = await smallImages()
})
afterAll(() => Promise.all([text.remove(), images.remove()]))

const sorted = ({ measurements }: Record) =>
  measurements.map((measurement) => JSON.stringify(measurement)).sort()
const stepsOf = (items: readonly { step: number }[]) => [...new Set(items.map(({ step }) => step))]

/** What the probe reads of the last checkpoint of a run. */
async function recordingOf(task: TrainingTask, statistics = 'full'): Promise<Recording> {
  const objective = openObjective(task)
  const { device } = await openDevice('cpu', 2, objective.trainingStep)
  const { tensors, step } = await readCheckpoint(newest(task))
  const ids = chosenStatistics(statistics).chosen.map(({ id }) => id)
  const reader = await openReader(device, objective.probed, task.configuration, ids)
  const { arrays } = await reader.read(step, device.createState(tensors))
  objective.close()
  return { ...reader.plan, arrays, isFirst: false }
}

const everyHead = ({ model }: Recording): [layer: number, head: number][] =>
  Array.from({ length: model.layers * model.heads }, (_, index) => [
    Math.floor(index / model.heads),
    index % model.heads,
  ])

const rowSums = (x: Matrix): number[] =>
  Array.from({ length: x.rows }, (_, i) =>
    (rowOf(x, i) as Float64Array).reduce((sum, value) => sum + value, 0),
  )

describe('on a trained model', () => {
  it.each([
    ['standard', (map: Matrix) => map],
    [
      'laplacian',
      (map: Matrix) => ({
        ...map,
        numbers: Float64Array.from(map.numbers, (a, at) => a - Number(at % (map.columns + 1) === 0)),
      }),
    ],
  ] as const)(
    '%s: what a head reads is its operator, made of the recorded map',
    async (attention, operatorOf) => {
      const task = taskOf(text, `maps ${attention}`, { attention, configuration })
      const { record } = await trainHere(task)
      const recording = await recordingOf(task)
      const { tensors } = await unpackProbe(record.probes.at(-1)!)
      for (const [layer, head] of everyHead(recording)) {
        const of = (tap: string) => headSequences(recording, `blocks.${layer}.attn.${tap}`, head)
        const [values, readings] = [of('hook_v'), of('hook_z')]
        of('hook_pattern').forEach((map, sequence) => {
          for (const sum of rowSums(map)) expect(sum).toBeCloseTo(1, 5)
          const operator = operatorOf(map)
          for (const sum of rowSums(operator)) expect(sum).toBeCloseTo(attention === 'laplacian' ? 0 : 1, 5)
          product(operator, values[sequence]!).numbers.forEach((number, at) =>
            expect(number).toBeCloseTo(readings[sequence]!.numbers[at]!, 5),
          )
          // the map that the run keeps is the one that was measured
          const kept = tensors[`blocks.${layer}.attn.hook_pattern`]!
          const start = (sequence * configuration.heads + head) * map.numbers.length
          expect(Array.from(kept.numbers.subarray(start, start + map.numbers.length))).toEqual(
            Array.from(map.numbers),
          )
        })
      }
    },
  )

  it('the entropy of a recorded row is log Z minus its mean score, and the run says so itself', async () => {
    const task = taskOf(text, 'entropy', {
      configuration: { ...configuration, statistics: 'light,legendre-gap' },
    })
    const { record } = await trainHere(task)
    const gaps = record.measurements.filter(({ statistic }) => statistic === 'legendre-gap')
    expect(gaps).toHaveLength(4 * 2 * configuration.heads)
    for (const { value } of gaps) expect(value).toBeLessThan(1e-5)
    const recording = await recordingOf(task)
    for (const [layer, head] of everyHead(recording)) {
      const of = (tap: string) => headSequences(recording, `blocks.${layer}.attn.${tap}`, head)
      const [queries, keys] = [of('hook_q'), of('hook_k')]
      of('hook_pattern').forEach((map, sequence) => {
        const natural = naturalParameters(queries[sequence]!)
        const { logPartitions } = familyOf({ natural, keys: keys[sequence]!, causal: true })!
        for (let i = 0; i < map.rows; i++) {
          let entropy = 0
          let score = 0
          rowOf(map, i).forEach((weight, j) => {
            if (weight === 0) return
            entropy -= weight * Math.log(weight)
            score += weight * innerProduct(natural, i, keys[sequence]!, j)
          })
          expect(entropy).toBeCloseTo(logPartitions[i]! - score, 5)
        }
      })
    }
  })

  it.each([
    ['text', 'standard', {}],
    ['text', 'exponential-family', { normPlacement: 'post', mlpRatio: 0 }],
    ['text', 'log-normalizer', { positions: 'rotary' }],
    ['text', 'sigmoid', { norm: 'rms', residual: false }],
    ['images', 'laplacian', { patchSize: 4, pooling: 'class-token', batchSize: 12 }],
    ['images', 'standard', { patchSize: 4, pooling: 'mean', batchSize: 12, norm: 'whitening' }],
  ] as const)('the whole catalogue is measured: %s, %s, %o', async (kind, attention, changes) => {
    const full = { ...configuration, statistics: 'full', steps: 10, ...changes }
    const data = kind === 'text' ? text : images
    const task = taskOf(data, `full ${kind} ${attention}`, { attention, configuration: full })
    const { outcome, record } = await trainHere(task)
    expect([outcome, record.alerts]).toEqual(['finished', []])
    expect(stepsOf(record.measurements)).toEqual([0, 10])
    for (const { value, statistic } of record.measurements)
      expect(value === null || Number.isFinite(value), statistic).toBe(true)
    const defined = record.measurements.filter(({ value }) => value !== null)
    expect(defined.length).toBeGreaterThan(0.75 * record.measurements.length)
  })

  it('the numbers are those of any device', async () => {
    const short = { ...configuration, statistics: 'full', steps: 2, evaluationInterval: 2, probeTokens: 64 }
    const on = async (device: 'cpu' | 'reference') => {
      const task = taskOf(text, `on ${device}`, { device, configuration: short })
      return (await trainHere(task)).record.measurements.filter(({ step }) => step === 0)
    }
    const [expected, reference] = [await on('cpu'), await on('reference')]
    expect(reference).toHaveLength(expected.length)
    reference.forEach(({ value, ...place }, index) => {
      expect(expected[index]).toMatchObject(place)
      if (value === null) expect(expected[index]!.value).toBeNull()
      else expect(Math.abs(value - expected[index]!.value!)).toBeLessThan(1e-3 * (1 + Math.abs(value)))
    })
  })

  it('measures the step that the optimiser made, and the gradient that a step would see', async () => {
    const chosen = { ...configuration, statistics: 'update-ratio,block-gradient-norm', probeMegabytes: 0 }
    const { record } = await trainHere(taskOf(text, 'dynamics', { configuration: chosen }))
    const valuesOf = (statistic: string) =>
      record.measurements.filter((one) => one.statistic === statistic).map(({ value }) => value)
    const [first, second, ...later] = valuesOf('update-ratio')
    expect([first, second]).toEqual([null, null])
    expect(later).toHaveLength(6)
    for (const ratio of later) {
      expect(ratio).toBeGreaterThan(1e-4)
      expect(ratio).toBeLessThan(0.5)
    }
    // the norms of the blocks are parts of one that has about the size of the whole gradient of a batch
    const whole = record.points.get('gradient-norm@1')!
    const blocks = Math.hypot(...valuesOf('block-gradient-norm').slice(0, 2).map(Number))
    expect(blocks).toBeGreaterThan(0)
    expect(blocks).toBeLessThan(2 * whole)
    expect(record.probes).toEqual([])
  })
})

describe('what is kept', () => {
  it('of a text: maps and hidden states of every evaluation, with the tokens that they are of', async () => {
    const { record } = await trainHere(taskOf(text, 'kept', { configuration }))
    expect(stepsOf(record.probes)).toEqual([0, 10, 20, 30])
    const { tensors } = await unpackProbe(record.probes[1]!)
    const { heads, context, width } = configuration
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))
    expect(shapes).toEqual({
      'blocks.0.attn.hook_pattern': [2, heads, context, context],
      'blocks.0.hook_resid_post': [128, width],
      'blocks.1.attn.hook_pattern': [2, heads, context, context],
      'blocks.1.hook_resid_post': [128, width],
      tokens: [2, context],
      'sampled.sequence': [128],
      'sampled.position': [128],
      'sampled.label': [128],
      'sampled.token': [128],
    })
    const tokens = tensors.tokens!.numbers
    const [sequences, positions, ids] = ['sequence', 'position', 'token'].map(
      (name) => tensors[`sampled.${name}`]!.numbers,
    )
    sequences!.forEach((sequence, index) => {
      if (sequence < 2) expect(ids![index]).toBe(tokens[sequence * context + positions![index]!])
    })
  })

  it('is at most 256 tokens, and of images says which they are', async () => {
    const many = { ...configuration, patchSize: 2, pooling: 'mean', probeTokens: 400, batchSize: 12 } as const
    const { record } = await trainHere(taskOf(images, 'images', { configuration: many }))
    const { tensors } = await unpackProbe(record.probes[0]!)
    expect(tensors['blocks.1.hook_resid_post']!.shape).toEqual([256, configuration.width])
    expect(tensors.images!.shape).toEqual([2])
    expect(tensors['sampled.token']).toBeUndefined()
    expect(Math.max(...tensors['sampled.label']!.numbers)).toBeLessThan(images.dataset.classes)
  })
})

describe('a run', () => {
  it('is the same with and without statistics, and measures nothing where it should not', async () => {
    const plain = { ...configuration, statistics: 'none' }
    const { record: without } = await trainHere(taskOf(text, 'none', { configuration: plain }))
    expect([without.measurements, without.probes]).toEqual([[], []])
    const { record } = await trainHere(taskOf(text, 'light', { configuration }))
    expect(record.series).toEqual(without.series)
    expect(stepsOf(record.measurements)).toEqual([0, 10, 20, 30])
  })

  it.each([1, 10, 13, 29])(
    'stopped at step %i and resumed has the measurements of a whole one',
    async (stopAt) => {
      const { record: whole } = await trainHere(taskOf(text, `whole ${stopAt}`, { configuration }))
      const task = taskOf(text, `stopped ${stopAt}`, { configuration })
      const { outcome, record } = await trainHere(task, { stopAt })
      expect(outcome).toBe('stopped')
      expect(stepsOf(record.measurements).every((step) => step <= stopAt)).toBe(true)
      expect((await trainHere(task, { record })).outcome).toBe('finished')
      expect(sorted(record)).toEqual(sorted(whole))
      expect(record.probes).toEqual(whole.probes)
    },
  )

  it('killed while it measures has them too', async () => {
    const longer = {
      ...configuration,
      steps: 600,
      evaluationInterval: 20,
      statistics: 'light,mutual-neighbours',
    }
    const { record: whole } = await trainHere(taskOf(text, 'not killed', { configuration: longer }))
    const task = taskOf(text, 'killed', { configuration: longer })
    const record = new Record()
    expect(await trainInProcess(task, record, 120)).toBe('killed')
    await trainInProcess(task, record)
    expect(sorted(record)).toEqual(sorted(whole))
  })
})

describe('where something goes wrong', () => {
  const told: string[] = []
  const listener: ProbeListener = {
    measurements: () => told.push('measurements'),
    probe: () => told.push('probe'),
    failed: (step, what, reason) => told.push(`${step}: ${what}: ${reason}`),
  }

  it('the run is told once, and not probed any more', async () => {
    told.length = 0
    const objective = openObjective(taskOf(text, 'broken', { configuration }))
    const broken = { compile: () => Promise.reject(new Error('no such kernel')) } as unknown as Device
    const prober = createProber(broken, objective.probed, configuration, listener)
    await prober.probe(0, {} as DeviceState)
    await prober.probe(10, {} as DeviceState)
    await prober.close()
    objective.close()
    expect(told).toEqual(['0: Hidden states: no such kernel'])
  })
})
