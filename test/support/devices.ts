/** The devices that a suite runs on, and a way to compute one thing on one of them. */
import { openCpu } from '../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../src/main/engine/devices/reference.ts'
import type { Device, Numbers, Program, Tensors } from '../../src/main/engine/program.ts'

/** For `describe.each`: every device that this machine has, with two threads where threads matter. */
export const devices: [name: string, open: () => Promise<Device>][] = [
  ['cpu', () => Promise.resolve(openCpu(2))],
  ['reference', openReference],
]

export interface Given {
  readonly shape: readonly number[]
  readonly numbers: ArrayLike<number>
  readonly dtype?: 'float32' | 'int32'
}

/** Nested lists of numbers as a tensor to give. */
export function given(nested: unknown, dtype: 'float32' | 'int32' = 'float32'): Given {
  const shape: number[] = []
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length)
  return { shape, numbers: [nested].flat(Infinity) as number[], dtype }
}

/** A program without state that computes `build` from tensors like the given ones. */
export const programOf = (
  inputs: Readonly<Record<string, Given>>,
  build: (tensors: Tensors) => Tensors,
): Program => ({
  name: 'test',
  state: {},
  inputs: Object.fromEntries(
    Object.entries(inputs).map(
      ([name, { shape, dtype }]) => [name, { shape, dtype: dtype ?? 'float32' }] as const,
    ),
  ),
  build: (_, tensors) => ({ state: {}, results: build(tensors) }),
})

/** Runs `build` once on `device` with the given tensors, compiled where the device compiles. */
export async function compute(
  device: Device,
  inputs: Readonly<Record<string, Given>>,
  build: (tensors: Tensors) => Tensors,
): Promise<Record<string, Numbers>> {
  const compiled = await device.compile(programOf(inputs, build))
  const numbers = Object.fromEntries(
    Object.entries(inputs).map(([name, { numbers, dtype }]) => [
      name,
      dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers),
    ]),
  )
  try {
    return await compiled.run(device.createState({}), numbers)
  } finally {
    await compiled.release()
  }
}

/** Deterministic numbers without a pattern that an operation could be blind to. */
export const wave = (shape: readonly number[], phase = 0, scale = 1): Given => ({
  shape,
  numbers: Float32Array.from(
    { length: shape.reduce((size, dimension) => size * dimension, 1) },
    (_, index) => scale * Math.sin(1.7 * index + 0.3 * Math.sin(5 * index) + phase),
  ),
})

/** Largest difference of two lists of numbers, relative to the largest magnitude in the second. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let difference = 0
  let magnitude = 1e-30
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs(actual[index]! - expected[index]!)
    difference = Number.isNaN(distance) ? Infinity : Math.max(difference, distance)
    magnitude = Math.max(magnitude, Math.abs(expected[index]!))
  }
  return difference / magnitude
}
