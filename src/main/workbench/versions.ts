/** The versions that a run records, so that a later reader knows what computed it. */
import { createRequire } from 'node:module'
import { appVersion, versionIn } from '../version.ts'

export { appVersion }

// Not called require: electron-vite adds a constant of that name to a bundle that mentions it.
const packages = createRequire(import.meta.url)

export function versions(): Record<string, string> {
  return {
    app: appVersion,
    node: process.versions.node,
    onnxruntime: versionIn(packages.resolve('onnxruntime-node/package.json')),
    tfjs: versionIn(packages.resolve('@tensorflow/tfjs/package.json')),
  }
}
