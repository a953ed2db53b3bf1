import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { electronBinary, electronFolder, launchElectron } from '../../../../src/main/hosts/electron/launch.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'electron-package-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

it('finds the package without loading it', () => {
  expect(electronFolder()).toMatch(/node_modules[\\/]electron$/)
})

it('finds the binary that path.txt names, where it is there', async () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined)
  expect(electronBinary(folder)).toBeUndefined()
  await writeFile(path.join(folder, 'path.txt'), 'Electron.app/electron')
  expect(electronBinary(folder)).toBeUndefined()
  const binary = path.join(folder, 'dist', 'Electron.app', 'electron')
  await mkdir(path.dirname(binary), { recursive: true })
  await writeFile(binary, '')
  expect(electronBinary(folder)).toBe(binary)
})

it('does not take what an interrupted download left for a binary', async () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined)
  await mkdir(path.join(folder, 'dist'))
  await writeFile(path.join(folder, 'dist', 'electron'), '')
  expect(electronBinary(folder)).toBeUndefined()
})

it('finds the binary where ELECTRON_OVERRIDE_DIST_PATH says', async () => {
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder)
  await writeFile(path.join(folder, 'electron'), '')
  expect(electronBinary(path.join(folder, 'package'))).toBe(path.join(folder, 'electron'))
})

it.runIf(process.platform === 'linux')(
  'says so where there is no display, before fetching anything',
  async () => {
    vi.stubEnv('DISPLAY', '')
    vi.stubEnv('WAYLAND_DISPLAY', '')
    const onFetch = vi.fn()
    expect(await launchElectron({ home: folder, arguments: [], onFetch })).toEqual({
      launched: false,
      reason: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
    })
    expect(onFetch).not.toHaveBeenCalled()
  },
)
