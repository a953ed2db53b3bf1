/** A temporary folder for each test of a file, and files in it. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach } from 'vitest'

export interface TemporaryFolder {
  readonly path: string
  /** Writes a file into it and returns its path. */
  write(name: string, content: string | Uint8Array): string
}

export function temporaryFolder(): TemporaryFolder {
  let folder = ''
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-datasets-'))
  })
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))
  return {
    get path() {
      return folder
    },
    write(name, content) {
      const file = path.join(folder, name)
      fs.writeFileSync(file, content)
      return file
    },
  }
}
