/** Devices that compile nothing: the same program runs eagerly on one of tfjs's own backends. */
import * as tf from '@tensorflow/tfjs'
import type { Device, DeviceState, Numbers, Tensors } from '../program.ts'

class EagerState implements DeviceState {
  readonly tensors = new Map<string, tf.Tensor>()

  async read(names: readonly string[]): Promise<Record<string, Float32Array>> {
    const copies: Record<string, Float32Array> = {}
    for (const name of names) {
      const tensor = this.tensors.get(name)
      if (!tensor) throw new Error(`The state holds no tensor named ${name}.`)
      copies[name] = (await tensor.data<'float32'>()).slice()
    }
    return copies
  }

  release(): Promise<void> {
    for (const tensor of this.tensors.values()) tensor.dispose()
    this.tensors.clear()
    return Promise.resolve()
  }
}

const cloned = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.clone()]))

/** @param backend name under which the backend is registered with tfjs */
export async function openEager(name: string, backend: string, description: string): Promise<Device> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs did not switch to its backend ${backend}.`)
  return {
    name,
    description,

    createState(values) {
      const state = new EagerState()
      for (const [name, { shape, numbers }] of Object.entries(values))
        state.tensors.set(name, tf.tensor(Float32Array.from(numbers), [...shape], 'float32'))
      return state
    },

    compile(program) {
      return Promise.resolve({
        async run(state, inputs) {
          if (!(state instanceof EagerState)) throw new Error('This state lives on another device.')
          await tf.setBackend(backend)
          const made = tf.tidy(() => {
            const given: Tensors = {}
            for (const [name, { shape, dtype }] of Object.entries(program.inputs))
              given[name] = tf.tensor(inputs[name]!, [...shape], dtype)
            const { state: next, results } = program.build(Object.fromEntries(state.tensors), given)
            // clones, because a result may also be a tensor of the state
            return { next: cloned(next), results: cloned(results) }
          })
          for (const [name, tensor] of Object.entries(made.next)) {
            state.tensors.get(name)?.dispose()
            state.tensors.set(name, tensor)
          }
          const numbers: Record<string, Numbers> = {}
          for (const [name, tensor] of Object.entries(made.results)) {
            numbers[name] = await tensor.data()
            tensor.dispose()
          }
          return numbers
        },
        release: () => Promise.resolve(),
      })
    },
  }
}
