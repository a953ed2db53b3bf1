/** The device `auto`: the one that runs this very program fastest, found by running it. */
import { sizeFromShape } from '../tracing/shapes.ts'
import type { CompiledProgram, Device, Numbers, Program, Specifications } from '../program.ts'

const warmUpSteps = 2
const timedSteps = 5
/**
 * Largest relative difference from the first candidate's results. Far more than rounding makes of one step, far less
 * than a broken driver does.
 */
const tolerance = 1e-2

/** What `auto` found out about one device. */
export interface DeviceMeasurement {
  readonly device: string
  /** Median over the timed steps; absent where the device was not fit. */
  readonly msPerStep?: number
  /** Why it was not fit: it failed, or its results differ from those of the first device. */
  readonly failure?: string
}

export interface Candidate {
  readonly name: string
  open(): Promise<Device>
}

const filled = (specifications: Specifications, value: (index: number) => number): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(specifications).map(([name, { shape, dtype }]) => {
      const size = sizeFromShape(shape)
      if (dtype === 'float32') return [name, Float32Array.from({ length: size }, (_, index) => value(index))]
      return [name, dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size).fill(1)]
    }),
  )

/** Small positive numbers: fit for weights and for moments, and no step makes them infinite or subnormal. */
const scratch = (index: number): number => 0.01 * (1.5 + Math.sin(index))

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Milliseconds per step on scratch numbers, and the results of the first step. */
async function measure(device: Device, program: Program, compiled: CompiledProgram, now: () => number) {
  const state = device.createState(
    Object.fromEntries(
      Object.entries(filled(program.state, scratch)).map(([name, numbers]) => [
        name,
        { shape: program.state[name]!.shape, numbers: numbers as Float32Array },
      ]),
    ),
  )
  const inputs = filled(program.inputs, () => 1)
  try {
    const results = await compiled.run(state, inputs)
    for (let step = 1; step < warmUpSteps; step++) await compiled.run(state, inputs)
    const times: number[] = []
    for (let step = 0; step < timedSteps; step++) {
      const start = now()
      await compiled.run(state, inputs)
      times.push(now() - start)
    }
    return { msPerStep: median(times), results }
  } finally {
    await state.release()
  }
}

interface Measured {
  readonly device: Device
  readonly compiled: CompiledProgram
  readonly msPerStep: number
}

/** The device, which hands out the program that was compiled to measure it instead of compiling it again. */
const withCompiled = ({ device, compiled }: Measured, program: Program): Device => ({
  ...device,
  compile: (wanted) => (wanted === program ? Promise.resolve(compiled) : device.compile(wanted)),
})

/** What differs by more than the tolerance, in words. */
function disagreement(
  actual: Record<string, Numbers>,
  expected: Record<string, Numbers>,
): string | undefined {
  for (const [name, numbers] of Object.entries(expected))
    for (let index = 0; index < numbers.length; index++) {
      const [found, wanted] = [actual[name]![index]!, numbers[index]!]
      if (!(Math.abs(found - wanted) <= tolerance * Math.max(1e-6, Math.abs(wanted))))
        return `its ${name} is ${found}, that of the first device ${wanted}`
    }
  return undefined
}

/**
 * Opens the candidate with the smallest median time of a step of `program`. The first is the yardstick for results: it
 * has to be one that can be trusted. A single candidate is not measured.
 */
export async function openFastest(
  candidates: readonly [Candidate, ...Candidate[]],
  program: Program,
  now: () => number = () => performance.now(),
): Promise<{ device: Device; measured: DeviceMeasurement[] }> {
  if (candidates.length === 1) return { device: await candidates[0].open(), measured: [] }
  const measured: DeviceMeasurement[] = []
  let fastest: Measured | undefined
  let expected: Record<string, Numbers> | undefined
  for (const candidate of candidates) {
    let compiled: CompiledProgram | undefined
    try {
      const device = await candidate.open()
      compiled = await device.compile(program)
      const { msPerStep, results } = await measure(device, program, compiled, now)
      const failure = disagreement(results, (expected ??= results))
      measured.push({ device: candidate.name, ...(failure ? { failure } : { msPerStep }) })
      if (failure || msPerStep >= (fastest?.msPerStep ?? Infinity)) continue
      const slower = fastest?.compiled
      fastest = { device, compiled, msPerStep }
      compiled = slower
    } catch (error) {
      measured.push({
        device: candidate.name,
        failure: error instanceof Error ? error.message : String(error),
      })
    } finally {
      await compiled?.release() // of whatever is not the fastest
    }
  }
  return { device: fastest ? withCompiled(fastest, program) : await candidates[0].open(), measured }
}
