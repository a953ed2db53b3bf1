/** What the page of settings says of numbers. */
import type { Home } from '../../shared/contract.ts'
import { formatBytes, formatPlural } from './format.ts'

/** How so many runs at once share the cores; training/queue.ts divides them so. */
export function describeThreads(cores: number, runs: number): string {
  const threads = Math.max(1, Math.floor(cores / runs))
  const each = runs === 1 ? 'a run has' : `${formatPlural(runs, 'run')} at once have`
  return `On ${formatPlural(cores, 'core')} ${each} ${formatPlural(threads, 'thread')}${runs === 1 ? '' : ' each'}. Fewer runs that wait have more; one on a graphics processor trains beside them.`
}

const names: Record<string, string> = {
  app: 'Attention Workbench',
  node: 'Node',
  onnxruntime: 'ONNX Runtime',
  tfjs: 'TensorFlow.js',
  electron: 'Electron',
  chromium: 'Chromium',
}

export const versionFacts = ({ versions, cores, memoryBytes }: Home): { name: string; value: string }[] => [
  ...Object.entries(versions).map(([name, value]) => ({ name: names[name] ?? name, value })),
  { name: 'This machine', value: `${formatPlural(cores, 'core')}, ${formatBytes(memoryBytes)} of memory` },
]
