/**
 * One of our models in a process of its own: compiles the training program, then steps when it is told to.
 * index.ts is at the other end; peer.py speaks the same protocol for PyTorch.
 */
import { openDevice } from '../src/main/engine/devices/index.ts'
import { scheduleAt } from '../src/main/engine/optimizer.ts'
import type { Numbers } from '../src/main/engine/program.ts'
import { uniformAt } from '../src/main/engine/random.ts'
import { initialTensors } from '../src/main/model/parameters.ts'
import type { DeviceChoice } from '../src/shared/experiment.ts'
import { cases, prepare } from './cases.ts'

const [caseId, threads, deviceName] = process.argv.slice(2) as [string, string, DeviceChoice]
const benchCase = cases.find(({ id }) => id === caseId)!
const { configuration } = benchCase

const started = performance.now()
const { model, program } = prepare(benchCase)
const { device } = await openDevice(deviceName, Number(threads), program)
const compiled = await device.compile(program)
const compileMs = performance.now() - started

const state = device.createState(initialTensors(model, program.state, 0))

/** A batch of uniform noise, another at every step. */
function batchAt(step: number): Record<string, Numbers> {
  const below = (count: number, limit: number, offset = 0) =>
    Int32Array.from({ length: count }, (_, index) =>
      Math.floor(limit * uniformAt(0, 'dataOrder', step, offset + index)),
    )
  const { batchSize } = configuration
  if (benchCase.kind === 'images') {
    const { imageHeight, imageWidth, channels, classes } = benchCase.configuration
    const pixels = batchSize * imageHeight * imageWidth * channels
    const images = Float32Array.from({ length: pixels }, (_, index) => uniformAt(0, 'dataOrder', step, index))
    return { images, labels: below(batchSize, classes, pixels) }
  }
  const numbers = batchSize * configuration.context
  const { vocabulary } = benchCase.configuration
  return { tokens: below(numbers, vocabulary), targets: below(numbers, vocabulary, numbers) }
}

let step = 0
async function run(count: number): Promise<number[]> {
  const batches = Array.from({ length: count }, (_, index) => batchAt(step + index))
  const times: number[] = []
  for (const batch of batches) {
    const start = performance.now()
    await compiled.run(state, { ...batch, ...scheduleAt(step++, configuration) })
    times.push(performance.now() - start)
  }
  return times
}

process.on('message', (count: number) => {
  void run(count).then((times) => process.send!({ times, memoryBytes: process.memoryUsage().rss }))
})
process.send!({ compileMs })
