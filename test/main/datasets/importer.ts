/** A process that imports a text: `importer.ts LIBRARY FILE`. In the second pass it says "half" and halts, to be killed. */
import fs from 'node:fs'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../src/main/datasets/library.ts'

const [root, file] = process.argv.slice(2) as [string, string]
const onProgress = (bytes: number, total: number) => {
  if (bytes < 0.6 * total) return
  fs.writeSync(1, 'half')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
await openLibrary(root).import({ files: [fileAt(file)], onProgress })
