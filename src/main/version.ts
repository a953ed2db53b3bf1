/** The version of this program. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { packageRoot } from './paths.ts'

/** The field `version` of a package.json. */
export const versionIn = (manifest: string): string =>
  (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version

export const appVersion = versionIn(path.join(packageRoot, 'package.json'))
