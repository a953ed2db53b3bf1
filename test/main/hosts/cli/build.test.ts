import fs from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { needsBuild } from '../../../../src/main/hosts/cli/build.ts'
import { temporaryFolder } from './cli.ts'

const parent = temporaryFolder()
let root: string
beforeEach(() => {
  root = fs.mkdtempSync(path.join(parent, 'checkout-'))
  for (const file of [
    'src/main/deep/a.ts',
    'src/renderer/index.html',
    'electron.vite.config.ts',
    'package.json',
  ])
    touch(file, 1000)
  for (const file of ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'])
    touch(file, 2000)
})

/** Makes a file that was changed so many seconds after 1970. */
function touch(file: string, seconds: number): void {
  const full = path.join(root, file)
  fs.mkdirSync(path.dirname(full), { recursive: true })
  fs.writeFileSync(full, '')
  fs.utimesSync(full, seconds, seconds)
}

describe('needsBuild', () => {
  it('does not build what is newer than its sources', () => expect(needsBuild(root)).toBe(false))

  it.each(['src/main/deep/a.ts', 'src/renderer/new.vue', 'electron.vite.config.ts', 'package.json'])(
    'builds when %s is newer',
    (file) => {
      touch(file, 3000)
      expect(needsBuild(root)).toBe(true)
    },
  )

  it.each(['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html', 'out'])(
    'builds when %s is missing',
    (file) => {
      fs.rmSync(path.join(root, file), { recursive: true })
      expect(needsBuild(root)).toBe(true)
    },
  )

  it('never builds an installed package, which carries no sources', () => {
    fs.rmSync(path.join(root, 'src'), { recursive: true })
    expect(needsBuild(root)).toBe(false)
  })
})
