/**
 * Loaded into a trainer process by runs.ts: sums the time spent inside ONNX Runtime and writes, at the end, what share of
 * the run everything else took.
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
process.on('exit', () => writeFileSync(file, JSON.stringify({ insideMs: inside, totalMs: last - first })))
