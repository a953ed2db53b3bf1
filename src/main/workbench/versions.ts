/** The versions that a run records, so that a later reader knows what computed it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { packageRoot } from '../paths.ts'

// Not called require: electron-vite adds a constant of that name to a bundle that mentions it.
const packages = createRequire(import.meta.url)

function version(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

export const appVersion = version(path.join(packageRoot, 'package.json'))

export function versions(): Record<string, string> {
  return {
    app: appVersion,
    node: process.versions.node,
    onnxruntime: version(packages.resolve('onnxruntime-node/package.json')),
    tfjs: version(packages.resolve('@tensorflow/tfjs/package.json')),
  }
}
