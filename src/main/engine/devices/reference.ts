/** The reference device: the same program run eagerly on tfjs's own CPU backend. Slow; there to be compared with. */
import * as tf from '@tensorflow/tfjs'
import type { Device, DeviceState, Numbers, Tensors } from '../program.ts'

class ReferenceState implements DeviceState {
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
}

export const referenceDescription = "tfjs's CPU backend, one thread: slow, for comparison with the others"

export async function openReference(): Promise<Device> {
  tf.env().set('IS_NODE', false) // tfjs would advise on standard error to install another backend
  await tf.setBackend('cpu')
  return {
    name: 'reference',
    description: referenceDescription,

    createState(values) {
      const state = new ReferenceState()
      for (const [name, { shape, numbers }] of Object.entries(values))
        state.tensors.set(name, tf.tensor(numbers, [...shape], 'float32'))
      return state
    },

    compile(program) {
      return Promise.resolve({
        async run(state, inputs) {
          if (!(state instanceof ReferenceState)) throw new Error('This state lives on another device.')
          await tf.setBackend('cpu')
          const made = tf.tidy(() => {
            const given: Tensors = {}
            for (const [name, { shape, dtype }] of Object.entries(program.inputs))
              given[name] = tf.tensor(inputs[name]!, [...shape], dtype)
            const { state: next, results } = program.build(Object.fromEntries(state.tensors), given)
            // clones, because a result may also be a tensor of the state
            return {
              next: Object.fromEntries(Object.entries(next).map(([name, tensor]) => [name, tensor.clone()])),
              results: Object.fromEntries(
                Object.entries(results).map(([name, tensor]) => [name, tensor.clone()]),
              ),
            }
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
