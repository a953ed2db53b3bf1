/**
 * The entry of a process with a software GPU (softwareGpu.ts): computes on webgpu and on cpu and sends each comparison
 * by message as soon as it is made, so that a crash names the case it happened in. With the argument `all` it computes
 * and trains everything. It ends with the test that started it.
 */
import { openFastest, type Candidate } from '../../src/main/engine/devices/auto.ts'
import { openCpu } from '../../src/main/engine/devices/cpu.ts'
import { listDevices, openDevice } from '../../src/main/engine/devices/index.ts'
import { openWebGpu } from '../../src/main/engine/devices/webgpu.ts'
import type { Device, Numbers, Program, TensorSpecification } from '../../src/main/engine/program.ts'
import { compute, relativeDifference } from './devices.ts'
import { slowlyTrained, trainGolden } from './goldenTraining.ts'
import { operationCases, valueAndGradients } from './operationCases.ts'
import { slowlyRun, tinyPrograms } from './tinyPrograms.ts'

export interface ParityMessage {
  readonly kind: 'operation' | 'training' | 'program' | 'state' | 'choice'
  readonly name: string
  /** Of webgpu from cpu, relative, by what was compared. */
  readonly differences?: Record<string, number>
  /** Of a choice between devices: what was found. */
  readonly found?: unknown
  readonly error?: string
}

process.on('disconnect', () => process.exit())
const cpu = openCpu(2)
const webgpu = openWebGpu('software')

async function compare(
  kind: ParityMessage['kind'],
  name: string,
  differencesOf: () => Promise<Record<string, number>>,
): Promise<void> {
  const message: ParityMessage = await differencesOf().then(
    (differences) => ({ kind, name, differences }),
    (error: Error) => ({ kind, name, error: error.message }),
  )
  await send(message)
}
const send = (message: ParityMessage) =>
  new Promise((resolve) => process.send!(message, undefined, undefined, resolve))

const differencesBetween = (
  actual: Record<string, ArrayLike<number>>,
  expected: Record<string, ArrayLike<number>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.keys(expected).map((name) => [name, relativeDifference(actual[name] ?? [], expected[name]!)]),
  )

for (const [name, testCase] of Object.entries(operationCases))
  await compare('operation', name, async () =>
    differencesBetween(
      await compute(webgpu, testCase.inputs, valueAndGradients(testCase)),
      await compute(cpu, testCase.inputs, valueAndGradients(testCase)),
    ),
  )

const isLong = process.argv.includes('all')
for (const attention of slowlyTrained(isLong))
  await compare('training', attention, async () => {
    const actual = await trainGolden(webgpu, attention)
    const expected = await trainGolden(cpu, attention)
    const { losses, gradientNorms, weights } = expected
    return {
      ...differencesBetween(
        { losses: actual.losses, gradientNorms: actual.gradientNorms },
        { losses, gradientNorms },
      ),
      ...differencesBetween(actual.weights, weights),
    }
  })

/** Numbers that fit a tensor: small weights and moments, tokens and labels below 3, masks that drop some. */
function fitting({ shape, dtype }: TensorSpecification, scale: number): Numbers {
  const length = shape.reduce((size, dimension) => size * dimension, 1)
  if (dtype === 'float32')
    return Float32Array.from({ length }, (_, index) => scale * (1.2 + Math.sin(1.7 * index * index)))
  if (dtype === 'int32') return Int32Array.from({ length }, (_, index) => (index * index) % 3)
  return Uint8Array.from({ length }, (_, index) => (index % 5 === 0 ? 0 : 1))
}

/** What a tensor of a state begins with: `fitting` numbers, and the identity where a covariance is expected. */
function beginning(name: string, specification: TensorSpecification): Float32Array {
  const { shape } = specification
  const [size] = shape as [number]
  const isMatrix = shape.length === 2 && /\.(covariance|whitening)$/.test(name)
  if (!isMatrix) return fitting(specification, 0.05) as Float32Array
  return Float32Array.from({ length: size * size }, (_, index) => Number(index % (size + 1) === 0))
}

/** Results of two calls, and the state after them. */
async function runTwice(device: Device, program: Program): Promise<Record<string, Numbers>> {
  const state = device.createState(
    Object.fromEntries(
      Object.entries(program.state).map(([name, specification]) => [
        name,
        { shape: specification.shape, numbers: beginning(name, specification) },
      ]),
    ),
  )
  const inputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, specification]) => [name, fitting(specification, 0.5)]),
  )
  const compiled = await device.compile(program)
  await compiled.run(state, inputs)
  const results = await compiled.run(state, inputs)
  const all = { ...results, ...(await state.read(Object.keys(program.state))) }
  await compiled.release()
  await state.release()
  return all
}

for (const name of slowlyRun(isLong)) {
  const program = tinyPrograms[name]!
  await compare('program', name, async () =>
    differencesBetween(await runTwice(webgpu, program), await runTwice(cpu, program)),
  )
}

// 4 MB that every step replaces: were replaced tensors not freed, the process would grow by 4 MB a step.
const side = 1024
const state = { weights: { shape: [side, side], dtype: 'float32' as const } }
const adding: Program = {
  name: 'adding',
  state,
  inputs: { amount: { shape: [], dtype: 'float32' } },
  build: ({ weights }, { amount }) => ({
    state: { weights: weights!.add(amount!) },
    results: { mean: weights!.mean() },
  }),
}
const reading: Program = {
  name: 'reading',
  state,
  inputs: {},
  build: ({ weights }) => ({ state: {}, results: { corner: weights!.slice([side - 1, 0], [1, 4]) } }),
}
const initial = () =>
  webgpu.createState({ weights: { shape: [side, side], numbers: new Float32Array(side * side).fill(1) } })
const quarter = { amount: Float32Array.of(0.25) }
const cornerIs = (corner: ArrayLike<number>, value: number) =>
  relativeDifference(corner, [value, value, value, value])

await compare('state', 'stays on the GPU over many steps, shared by programs and readable', async () => {
  const values = initial()
  const [step, evaluation] = [await webgpu.compile(adding), await webgpu.compile(reading)]
  const megabytes = () => process.memoryUsage().rss / 2 ** 20
  const stepMany = async (count: number) => {
    for (let index = 0; index < count; index++) await step.run(values, quarter)
    return (await evaluation.run(values, {})).corner!
  }
  await stepMany(40)
  const before = megabytes()
  const corner = await stepMany(160) // 1 + 200 · 0.25
  const growth = megabytes() - before
  const { weights } = await values.read(['weights'])
  const again = await stepMany(4)
  await Promise.all([step.release(), evaluation.release(), values.release()])
  return {
    evaluation: cornerIs(corner, 51),
    read: relativeDifference(weights!, new Float32Array(side * side).fill(51)),
    'a step after a read': cornerIs(again, 52),
    'growth in megabytes': growth,
  }
})

await compare('state', 'outlives the programs that made it', async () => {
  const values = initial()
  await values.read(['weights']) // the upload is over before any program is compiled
  const first = await webgpu.compile(adding)
  await first.run(values, quarter)
  await first.release()
  const second = await webgpu.compile(adding)
  await second.run(values, quarter)
  const evaluation = await webgpu.compile(reading)
  await second.release()
  const { corner } = await evaluation.run(values, {})
  await evaluation.release()
  const { weights } = await values.read(['weights'])
  await values.release()
  return { evaluation: cornerIs(corner!, 1.5), read: cornerIs(weights!.subarray(0, 4), 1.5) }
})

const trainingStep = tinyPrograms['standard, training step']!
const reports = await listDevices()
await send({ kind: 'choice', name: 'listed', found: reports.find(({ id }) => id === 'webgpu') })
const chosen = await openDevice('auto', 2, trainingStep)
await send({
  kind: 'choice',
  name: 'auto',
  found: { device: chosen.device.name, measured: chosen.measured },
})
const named = await openDevice('webgpu', 2, trainingStep)
await send({ kind: 'choice', name: 'named', found: { device: named.device.name, measured: named.measured } })
const candidates = [cpu, webgpu].map((device) => ({ name: device.name, open: async () => device }))
const { measured } = await openFastest(candidates as [Candidate, ...Candidate[]], trainingStep)
await send({ kind: 'choice', name: 'measured', found: measured })
process.exit()
