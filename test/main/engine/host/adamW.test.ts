/** The update of weights: the host's kernel, the joined updates of GPUs and the eager formula are the same. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { openCpu } from '../../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../../src/main/engine/devices/reference.ts'
import { compileToOnnx } from '../../../../src/main/engine/onnx/compile.ts'
import { adamWUpdate } from '../../../../src/main/engine/operations/adamW.ts'
import type { Device, Program, Tensors } from '../../../../src/main/engine/program.ts'
import { trace } from '../../../../src/main/engine/tracing/backend.ts'
import { groupUpdates } from '../../../../src/main/engine/tracing/groupUpdates.ts'
import { simplify } from '../../../../src/main/engine/tracing/simplify.ts'
import { relativeDifference, wave } from '../../../support/devices.ts'
import { interpret } from '../../../support/float64.ts'

/** Sizes around the kernel's vectors of four, and one that is large. */
const shapes: Record<string, number[]> = { one: [1], three: [3], four: [2, 2], seven: [7], large: [70, 70] }
const names = Object.keys(shapes)
const betas = { beta1: 0.9, beta2: 0.99 }
const scalar = { shape: [], dtype: 'float32' } as const

const float32 = (shape: number[]) => ({ shape, dtype: 'float32' }) as const
const state = Object.fromEntries(
  names.flatMap((name) =>
    ['w', 'm', 'v'].map((kind) => [`${kind}/${name}`, float32(shapes[name]!)] as const),
  ),
)
const inputs = {
  ...Object.fromEntries(names.map((name) => [`g/${name}`, float32(shapes[name]!)])),
  rate: scalar,
  keep: scalar,
}

function build(tensors: Tensors): Tensors {
  const next: Tensors = {}
  const clip = tensors['g/large']!.square().sum().sqrt() // a scalar that only the model knows
  for (const name of names) {
    const { weights, first, second } = adamWUpdate(
      { weights: tensors[`w/${name}`]!, first: tensors[`m/${name}`]!, second: tensors[`v/${name}`]! },
      tensors[`g/${name}`]!.mul(2),
      {
        firstGain: clip.mul(0.1),
        secondGain: clip.mul(0.01),
        stepSize: tensors.rate!,
        epsilon: tf.scalar(1e-8),
        keep: name === 'seven' ? tf.scalar(1) : tensors.keep!,
      },
      betas,
    )
    Object.assign(next, { [`w/${name}`]: weights, [`m/${name}`]: first, [`v/${name}`]: second })
  }
  return next
}
const program: Program = {
  name: 'update',
  state,
  inputs,
  build: (state, given) => ({ state: build({ ...state, ...given }), results: {} }),
}

const given = (phase: number) => ({
  ...Object.fromEntries(
    names.map((name) => [`g/${name}`, Float32Array.from(wave(shapes[name]!, phase, 0.1).numbers)]),
  ),
  rate: Float32Array.of(0.01),
  keep: Float32Array.of(0.999),
})
const initial = () =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape }], phase) => [
      name,
      {
        shape,
        numbers: Float32Array.from(wave([...shape], phase).numbers, (value) =>
          name[0] === 'v' ? value ** 2 : value,
        ),
      },
    ]),
  )

async function updated(device: Device): Promise<Record<string, Float32Array>> {
  const held = device.createState(initial())
  const compiled = await device.compile(program)
  for (const phase of [1, 2, 3]) await compiled.run(held, given(phase))
  return held.read(Object.keys(state))
}

describe('the AdamW kernel of the host', () => {
  it('updates tensors of every size like the eager formula', async () => {
    const compiled = await updated(openCpu(2))
    const eager = await updated(await openReference())
    for (const name of Object.keys(state))
      expect(relativeDifference(compiled[name]!, eager[name]!), name).toBeLessThan(1e-6)
  })

  it('takes every update out of the model of the CPU and none out of that of a GPU', () => {
    const cpu = compileToOnnx(program, 'cpu')
    expect(cpu.hostOperations.map(({ weights }) => weights)).toEqual(names.map((name) => `w/${name}`))
    expect(cpu.updated).toEqual([])
    const gpu = compileToOnnx(program, 'webgpu')
    expect(gpu.hostOperations).toEqual([])
    expect(gpu.updated.toSorted()).toEqual(Object.keys(state).toSorted())
  })

  it('leaves an update in the model where something else needs its result', async () => {
    const reading: Program = {
      ...program,
      build(state, given) {
        const next = build({ ...state, ...given })
        return { state: next, results: { sum: next['w/three']!.sum() } }
      },
    }
    expect(compileToOnnx(reading, 'cpu').updated).toEqual(['w/three', 'm/three', 'v/three'])
    const sums = async (device: Device) =>
      (await (await device.compile(reading)).run(device.createState(initial()), given(1))).sum!
    expect(relativeDifference(await sums(openCpu(2)), await sums(await openReference()))).toBeLessThan(1e-6)
  })
})

describe('joined updates', () => {
  it('compute what the separate ones do, in one operation for each set of scalars', () => {
    const specifications = { ...state, ...inputs }
    const numbers = {
      ...Object.fromEntries(Object.entries(initial()).map(([name, { numbers }]) => [name, numbers])),
      ...given(1),
    }
    const expected = interpret(trace(specifications, build), numbers)
    const graph = simplify(trace(specifications, build))
    groupUpdates(graph)
    const actual = interpret(graph, numbers)
    for (const name of Object.keys(expected))
      expect(relativeDifference(actual[name]!, expected[name]!), name).toBeLessThan(1e-12)
    const updates = graph.operations.filter(({ kernel }) => kernel === 'AdamW')
    expect(updates.map(({ inputs }) => inputs[0]!.shape)).toEqual([[70, 70], [1 + 3 + 4], [7]])
  })
})
