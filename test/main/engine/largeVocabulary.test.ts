/** Embedding and cross entropy with more rows and classes than one-hot vectors are used for, against eager tfjs. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../src/main/engine/devices/reference.ts'
import { crossEntropy } from '../../../src/main/engine/operations/crossEntropy.ts'
import { embedding } from '../../../src/main/engine/operations/embedding.ts'
import type { Tensors } from '../../../src/main/engine/program.ts'
import { compute, relativeDifference, wave, type Given } from '../../support/devices.ts'

const vocabulary = 5003
const places = 64
/** Tokens, the first and the last of the vocabulary among them, each of some read many times. */
const tokens: Given = {
  shape: [places],
  numbers: Int32Array.from({ length: places }, (_, index) =>
    index % 3 === 0 ? vocabulary - 1 : (index * 7919) % 11,
  ),
  dtype: 'int32',
}
const inputs = { table: wave([vocabulary, 8]), head: wave([vocabulary, 8], 5, 2), tokens }

/** The loss of predicting every token from its own embedding, and its gradients. */
function loss({ table, head, tokens }: Tensors): Tensors {
  const ids = tokens as tf.Tensor1D
  const of = (table: tf.Tensor, head: tf.Tensor) =>
    crossEntropy(tf.matMul(embedding(table as tf.Tensor2D, ids), head as tf.Tensor2D, false, true), ids)
  const { value, grads } = tf.valueAndGrads(of)([table!, head!])
  return { value, dtable: grads[0]!, dhead: grads[1]! }
}

it('agrees with eager tfjs, and repeats bit for bit with several threads', async () => {
  const first = await compute(openCpu(4), inputs, loss)
  const eager = await compute(await openReference(), inputs, loss)
  for (const name of ['value', 'dtable', 'dhead'])
    expect(relativeDifference(first[name]!, eager[name]!), name).toBeLessThan(1e-5)
  for (let repetition = 0; repetition < 5; repetition++)
    expect(await compute(openCpu(4), inputs, loss)).toEqual(first)
})
