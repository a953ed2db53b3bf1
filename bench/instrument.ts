/**
 * Loaded into a trainer process by runs.ts: sums the time spent in the arithmetic of the steps, which is ONNX Runtime and
 * the host's kernel, and writes it at the end beside the time of the whole run.
 */
import { writeFileSync } from 'node:fs'
import { InferenceSession } from 'onnxruntime-node'

const file = process.env.ATTENTION_WORKBENCH_BENCH_FILE!
type Run = (this: InferenceSession, ...parameters: unknown[]) => Promise<unknown>
const prototype = (InferenceSession as unknown as { prototype: { run: Run } }).prototype
const original = prototype.run

let inside = 0
let calls = 0
let first = Infinity
let last = 0
prototype.run = async function (...parameters) {
  const start = performance.now()
  try {
    return await original.apply(this, parameters)
  } finally {
    const end = performance.now()
    // the first calls allocate: the share is that of a run under way
    if (++calls > 10) {
      first = Math.min(first, start)
      last = end
      inside += end - start
    }
  }
}
const { Instance } = WebAssembly
/** An instance whose `update` is timed. */
function timed(
  module: WebAssembly.Module,
  imports?: WebAssembly.Imports,
): Pick<WebAssembly.Instance, 'exports'> {
  const instance = new Instance(module, imports)
  const update = instance.exports.update as ((...parameters: number[]) => void) | undefined
  if (!update) return instance
  return {
    exports: {
      update: (...parameters: number[]) => {
        const start = performance.now()
        update(...parameters)
        if (calls > 10) inside += performance.now() - start
      },
    },
  }
}
WebAssembly.Instance = timed as unknown as typeof Instance

process.on('exit', () => writeFileSync(file, JSON.stringify({ insideMs: inside, totalMs: last - first })))
