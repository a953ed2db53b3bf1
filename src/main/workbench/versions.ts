/** The versions that a run records, so that a later reader knows what computed it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { packageRoot } from '../paths.ts'

const require = createRequire(import.meta.url)

function version(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

export const appVersion = version(path.join(packageRoot, 'package.json'))

export function versions(): Record<string, string> {
  return {
    app: appVersion,
    node: process.versions.node,
    onnxruntime: version(require.resolve('onnxruntime-node/package.json')),
    tfjs: version(require.resolve('@tensorflow/tfjs/package.json')),
  }
}
