/** TensorFlow for Node: an optional peer dependency, because its installation downloads a library. */
import { createRequire } from 'node:module'
import type { Examination } from './examination.ts'
import type { Probe } from './probing.ts'

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']

/** The name of the package that is installed; the one with a GPU first. */
export function installedTensorFlow(): string | null {
  const { resolve } = createRequire(import.meta.url)
  const installed = packages.find((name) => {
    try {
      return resolve(name)
    } catch {
      return false
    }
  })
  return installed ?? null
}

export async function examineTensorFlow(
  probe: Probe,
  installed = installedTensorFlow(),
): Promise<Examination> {
  if (!installed)
    return {
      available: false,
      reason:
        `Neither ${packages.join(' nor ')} is installed. To add one: ` +
        'npm install --no-save --ignore-scripts=false @tensorflow/tfjs-node@4.22.0 (it downloads libtensorflow).',
    }
  const answer = await probe(`tensorflow:${installed}`)
  if (!answer.works)
    return {
      available: false,
      reason: `${installed} is installed but does not start: ${answer.message}. Install it again.`,
    }
  return { available: true, description: `TensorFlow through ${installed}, the program run eagerly` }
}
