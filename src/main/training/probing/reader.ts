/** Reads of a run what its statistics are computed of: the wanted taps on the probe batch, and the wanted weights. */
import type { RunConfiguration } from '../../../shared/experiment.ts'
import type { Device, DeviceState, Numbers } from '../../engine/program.ts'
import { firstMoment, scheduleAt, secondMoment } from '../../engine/optimizer.ts'
import { wantedFor } from '../../statistics/measuring/measure.ts'
import { measuresOf } from '../../statistics/measuring/measures.ts'
import { keyOf, type ProbedModel, type Recorded, type Wanted } from '../../statistics/measuring/recording.ts'
import type { ProbeBatch } from './batch.ts'
import { gradientProgram } from './gradients.ts'
import { keptPlan, wantedToKeep } from './kept.ts'
import type { LastStep } from './lastStep.ts'
import { probeProgram, probeRows, shapeOfResult, type Probed } from './program.ts'
import type { MeasuringPlan, MeasuringWork } from './work.ts'

export interface ProbeReader {
  readonly plan: MeasuringPlan
  /** @param step optimiser steps that led to the state */
  read(step: number, state: DeviceState): Promise<MeasuringWork>
}

const probedModel = ({ model, causal }: Probed, configuration: RunConfiguration): ProbedModel => {
  const { layers, heads, mlpRatio, width, normPlacement } = configuration
  return {
    ...{ layers, heads, causal, normPlacement },
    hasMlp: Math.round(mlpRatio * width) > 0,
    parameters: Object.fromEntries(model.parameters.map(({ name, shape }) => [name, shape])),
  }
}

const isTap = ({ source }: Wanted): boolean => source === 'sampled' || source === 'sequences'

/** @throws WorkbenchError of the dataset, or Error where the device cannot run the program */
export async function openReader(
  device: Device,
  probed: Probed,
  configuration: RunConfiguration,
  statistics: readonly string[],
): Promise<ProbeReader> {
  const { probeTokens, probeSequences, probeMegabytes } = configuration
  const batch = probed.open({ tokens: probeTokens, sequences: probeSequences })
  const { sequences, length, rows, labels } = batch
  const model = probedModel(probed, configuration)
  const all = measuresOf(model)
  const needed = wantedFor(
    statistics.flatMap((id) => all[id] ?? []),
    model,
  )
  const keeps = probeMegabytes > 0
  const wanted = new Map([...needed, ...(keeps ? wantedToKeep(model) : [])].map((one) => [keyOf(one), one]))
  const taps = [...wanted.values()].filter(isTap)
  const whole = Math.min(probeSequences, sequences)
  const shape = { sequences, length, whole, sampled: rows.length }
  const program = taps.length > 0 ? await device.compile(probeProgram(probed, shape, taps)) : undefined
  const inputs = { ...batch.inputs, ...probeRows(rows) }
  const weights = weightReader(probed, configuration, needed)
  const gradients = await gradientReader(device, probed, Math.min(configuration.batchSize, sequences), needed)

  return {
    plan: {
      ...{ model, length, labels, statistics },
      sequences: rows.map((row) => Math.floor(row / length)),
      ...(keeps && { kept: keptPlan(batch, whole) }),
    },
    async read(step, state) {
      const results = (await program?.run(state, inputs)) ?? {}
      const arrays = taps.map((one): [string, Recorded] => {
        const numbers = results[keyOf(one)] as Float32Array
        return [keyOf(one), { shape: shapeOfResult(one, shape, model.heads, numbers.length), numbers }]
      })
      const norms = await gradients(state, batch)
      const read = await weights(step, state)
      return { step, ...read, arrays: { ...Object.fromEntries(arrays), ...norms, ...read.arrays } }
    },
  }
}

/** Takes the gradient of the first sequences of the batch, as many as a step has; of nothing where none is wanted. */
async function gradientReader(
  device: Device,
  probed: Probed,
  sequences: number,
  needed: readonly Wanted[],
): Promise<(state: DeviceState, batch: ProbeBatch) => Promise<MeasuringWork['arrays']>> {
  const wanted = needed.filter(({ source }) => source === 'gradients')
  if (wanted.length === 0) return () => Promise.resolve({})
  const program = await device.compile(gradientProgram(probed, sequences, wanted))
  return async (state, batch) => {
    const first = Object.entries(batch.inputs).map(([name, numbers]): [string, Numbers] => {
      const size = numbers.length / batch.sequences
      return [name, numbers.slice(0, sequences * size)]
    })
    const norms = await program.run(state, Object.fromEntries(first))
    return Object.fromEntries(
      wanted.map((one) => [keyOf(one), { shape: [1], numbers: norms[keyOf(one)] as Float32Array }]),
    )
  }
}

type WeightReader = (step: number, state: DeviceState) => Promise<Pick<MeasuringWork, 'arrays' | 'lastStep'>>

/** Reads the wanted parameters, and what tells where the last step found them. */
function weightReader(
  { model }: Probed,
  configuration: RunConfiguration,
  wanted: readonly Wanted[],
): WeightReader {
  const named = (source: Wanted['source']) =>
    wanted.filter((one) => one.source === source).map(({ name }) => name)
  const [weights, moved] = [named('weights'), named('before')]
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
  const decayed = new Set(model.parameters.filter((one) => one.decayed).map(({ name }) => name))
  return async (step, state) => {
    const arrays: Record<string, Recorded> = {}
    async function read(names: readonly string[], inState: (name: string) => string, key: string) {
      const numbers = await state.read(names.map(inState))
      for (const name of names)
        arrays[`${key}/${name}`] = { shape: shapes.get(name)!, numbers: numbers[inState(name)]! }
    }
    await read(weights, (name) => name, 'weights')
    if (step === 0 || moved.length === 0) return { arrays }
    await read(moved, firstMoment, 'first')
    await read(moved, secondMoment, 'second')
    return { arrays, lastStep: lastStepOf(step, configuration, decayed) }
  }
}

function lastStepOf(step: number, configuration: RunConfiguration, decayed: Set<string>): LastStep {
  const schedule = scheduleAt(step - 1, configuration)
  const [stepSize, epsilon, keep] = ['step-size', 'epsilon', 'keep'].map(
    (name) => schedule[`schedule/${name}`]![0]!,
  )
  return { stepSize: stepSize!, epsilon: epsilon!, keep: keep!, decayed }
}
