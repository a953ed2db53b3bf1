/** The reference device: tfjs's own CPU backend. Slow; there to be compared with. */
import * as tf from '@tensorflow/tfjs'
import type { Device } from '../program.ts'
import { openEager } from './eager.ts'
import { referenceDescription } from './examination/always.ts'

export function openReference(): Promise<Device> {
  tf.env().set('IS_NODE', false) // tfjs would advise on standard error to install another backend
  return openEager('reference', 'cpu', referenceDescription)
}
