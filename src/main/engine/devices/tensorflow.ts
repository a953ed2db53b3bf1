/** The TensorFlow device: tfjs-node-gpu or tfjs-node, an optional peer dependency, run eagerly. */
import type { Device } from '../program.ts'
import { openEager } from './eager.ts'
import { installedTensorFlow } from './examination/tensorflow.ts'

/** Loading the package registers its backend with tfjs. */
export async function openTensorFlow(description: string): Promise<Device> {
  const installed = installedTensorFlow()
  if (!installed) throw new Error('TensorFlow for Node is not installed.')
  await import(installed)
  return openEager('tensorflow', 'tensorflow', description)
}
