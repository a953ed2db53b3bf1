/** A state in the host's memory, for the CPU and for providers whose tensors JavaScript cannot hold. */
import * as ort from 'onnxruntime-node'
import { instantiateAdamW, type HostOperation, type Operand } from '../host/operations.ts'
import type { OnnxProgram } from '../onnx/compile.ts'
import { sizeFromShape } from '../tracing/shapes.ts'
import { held, type InitialValues, type OnnxState } from './onnx.ts'

/** A place in the memory: a byte offset, and the shape of the float32 tensor there. */
interface Place {
  readonly offset: number
  readonly shape: readonly number[]
}
const pageBytes = 65_536
/** Bytes that a tensor occupies: whole vectors of the kernels of ../host. */
const bytesOf = (shape: readonly number[]): number => Math.ceil((sizeFromShape(shape) * 4) / 16) * 16

/**
 * All tensors lie in one WebAssembly memory, where the host's kernels update them in place. A tensor that the model
 * replaces instead has a spare of the same size: a call writes into the spare, and the two change places.
 */
export class HostState implements OnnxState {
  readonly ready = Promise.resolve()
  readonly #memory = new WebAssembly.Memory({ initial: 1 })
  readonly #adamW = instantiateAdamW(this.#memory)
  readonly #current = new Map<string, Place>()
  readonly #spares = new Map<string, Place>()
  readonly #handed = new Map<string, Place>()
  /** Views of the memory; they end when it grows. */
  readonly #views = new Map<Place, ort.Tensor>()
  #end = 0

  constructor(values: InitialValues) {
    this.#reserve(
      this.#current,
      Object.entries(values).map(([name, { shape }]) => [name, shape]),
    )
    for (const [name, { numbers }] of Object.entries(values))
      (this.tensor(name).data as Float32Array).set(numbers)
  }

  /** Finds a place for each tensor that has none among `places`. The memory grows once at most. */
  #reserve(
    places: Map<string, Place>,
    wanted: readonly (readonly [name: string, shape: readonly number[]])[],
  ): void {
    for (const [name, shape] of wanted) {
      if (places.has(name)) continue
      places.set(name, { offset: this.#end, shape })
      this.#end += bytesOf(shape)
    }
    const missing = this.#end - this.#memory.buffer.byteLength
    if (missing <= 0) return
    this.#memory.grow(Math.ceil(missing / pageBytes))
    this.#views.clear()
  }

  #view(place: Place): ort.Tensor {
    let view = this.#views.get(place)
    if (!view) {
      const { offset, shape } = place
      view = new ort.Tensor(
        'float32',
        new Float32Array(this.#memory.buffer, offset, sizeFromShape(shape)),
        shape,
      )
      this.#views.set(place, view)
    }
    return view
  }

  prepare({ updated, hostOperations }: OnnxProgram): void {
    this.#reserve(
      this.#spares,
      updated.map((name) => [name, held(this.#current, name).shape]),
    )
    this.#reserve(
      this.#handed,
      hostOperations.map(({ gradient }) => [gradient.name, gradient.shape]),
    )
  }

  tensor(name: string): ort.Tensor {
    return this.#view(held(this.#current, name))
  }

  handed(name: string): ort.Tensor {
    return this.#view(held(this.#handed, name))
  }

  destination(name: string): ort.Tensor {
    return this.#view(held(this.#spares, name))
  }

  replace(name: string): Promise<void> {
    const next = held(this.#spares, name) // it was written in place
    this.#spares.set(name, held(this.#current, name))
    this.#current.set(name, next)
    return Promise.resolve()
  }

  update(
    { weights, first, second, gradient, scalars, beta1, beta2 }: HostOperation,
    scalar: (operand: Operand) => number,
  ): void {
    const offset = (name: string) => held(this.#current, name).offset
    this.#adamW(
      offset(weights),
      offset(first),
      offset(second),
      held(this.#handed, gradient.name).offset,
      bytesOf(gradient.shape),
      beta1,
      beta2,
      scalar(scalars.firstGain),
      scalar(scalars.secondGain),
      scalar(scalars.stepSize),
      scalar(scalars.epsilon),
      scalar(scalars.keep),
    )
  }

  read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    const copies = names.map(
      (name) => [name, Float32Array.from(this.tensor(name).data as Float32Array)] as const,
    )
    return Promise.resolve(Object.fromEntries(copies))
  }

  release(): Promise<void> {
    for (const map of [this.#current, this.#spares, this.#handed, this.#views]) map.clear()
    return Promise.resolve()
  }
}
