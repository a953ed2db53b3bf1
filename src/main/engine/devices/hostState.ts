/** A state in the host's memory, for the CPU and for providers whose tensors JavaScript cannot hold. */
import * as ort from 'onnxruntime-node'
import { hostTensors, held, type InitialValues, type OnnxState } from './onnx.ts'

/** Every tensor has a spare of the same size: a step writes into the spares, which then change places. */
export class HostState implements OnnxState {
  readonly ready = Promise.resolve()
  readonly #current: Map<string, ort.Tensor>
  readonly #spares = new Map<string, ort.Tensor>()

  constructor(values: InitialValues) {
    this.#current = hostTensors(values)
  }

  tensor(name: string): ort.Tensor {
    return held(this.#current, name)
  }

  destination(name: string): ort.Tensor {
    let spare = this.#spares.get(name)
    if (!spare) {
      const { dims, size } = this.tensor(name)
      spare = new ort.Tensor('float32', new Float32Array(size), dims)
      this.#spares.set(name, spare)
    }
    return spare
  }

  replace(name: string): Promise<void> {
    const next = this.destination(name) // it was written in place
    this.#spares.set(name, this.tensor(name))
    this.#current.set(name, next)
    return Promise.resolve()
  }

  read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    const copies = names.map(
      (name) => [name, Float32Array.from(this.tensor(name).data as Float32Array)] as const,
    )
    return Promise.resolve(Object.fromEntries(copies))
  }

  release(): Promise<void> {
    this.#current.clear()
    this.#spares.clear()
    return Promise.resolve()
  }
}
