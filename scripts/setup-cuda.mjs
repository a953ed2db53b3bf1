/**
 * npm run setup:cuda: fetches ONNX Runtime's CUDA libraries (some hundred megabytes, from nuget.org), which are not in
 * its npm package. The variable says so to its own installation script; "true" means what the platform has, which is
 * CUDA 12 on Linux x64. Naming cuda12 there does nothing in 1.30: its script drops every value that is a name.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    `onnxruntime-node has CUDA for Linux on x64 only, not for ${process.platform} on ${process.arch}: use --device webgpu.`,
  )
  process.exit(1)
}
const script = createRequire(import.meta.url).resolve('onnxruntime-node/script/install.js')
const { status } = spawnSync(process.execPath, [script], {
  stdio: 'inherit',
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
})
console.error(
  status === 0
    ? "The CUDA libraries are there. CUDA 12 and cuDNN 9 have to be installed too; 'devices' says whether they work."
    : 'The CUDA libraries could not be fetched: is nuget.org reachable from here? Nothing else has changed.',
)
process.exit(status ?? 1)
