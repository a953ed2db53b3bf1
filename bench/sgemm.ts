/** The machine's own rate of float32 matrix products, through the runtime that trains: what a step could reach at best. */
import { openDevice } from '../src/main/engine/devices/index.ts'
import type { Program } from '../src/main/engine/program.ts'
import { median } from './measure.ts'
import type { DeviceChoice } from '../src/shared/experiment.ts'

const size = 1024

/** Starts a device with a product of two 1024 x 1024 matrices; every call returns the median rate of five, in operations a second. */
export async function openSgemm(deviceName: DeviceChoice, threads: number): Promise<() => Promise<number>> {
  const matrix = { shape: [size, size], dtype: 'float32' } as const
  const product: Program = {
    name: 'sgemm',
    state: { a: matrix, b: matrix },
    inputs: {},
    // the second product feeds on the first, so that one call is long beside its overhead
    build: ({ a, b }) => ({ state: { b: a!.matMul(a!.matMul(b!)) }, results: {} }),
  }
  const { device } = await openDevice(deviceName, threads, product)
  const program = await device.compile(product)
  const numbers = Float32Array.from({ length: size * size }, (_, index) => Math.sin(index) / Math.sqrt(size))
  const state = device.createState({
    a: { shape: matrix.shape, numbers },
    b: { shape: matrix.shape, numbers },
  })
  const once = async () => {
    const start = performance.now()
    await program.run(state, {})
    return (4 * size ** 3) / ((performance.now() - start) / 1000)
  }
  return async () => {
    await once() // wakes the threads and fills the caches
    const rates = [await once(), await once(), await once(), await once(), await once()]
    return median(rates)
  }
}
