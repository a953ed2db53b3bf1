import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ BrowserWindow: class {}, screen: {} }))
const { keepBounds, placeOn, readBounds } = await import('../../../../src/main/hosts/electron/window.ts')

const bounds = { x: 100, y: 50, width: 1200, height: 800, maximized: false }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'window-bounds-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('bounds', () => {
  it('come back as they were kept', () => {
    const file = path.join(folder, 'window.json')
    keepBounds(file, { ...bounds, maximized: true })
    expect(readBounds(file)).toEqual({ ...bounds, maximized: true })
  })

  it.each([
    '',
    '{',
    'null',
    '{"x":1}',
    JSON.stringify({ ...bounds, width: 1 }),
    JSON.stringify({ ...bounds, x: 0.5 }),
  ])('that make no sense are forgotten: %s', async (text) => {
    const file = path.join(folder, 'broken.json')
    await writeFile(file, text)
    expect(readBounds(file)).toBeUndefined()
  })

  it('that cannot be kept do no harm', () => {
    expect(() => keepBounds(path.join(folder, 'missing', 'window.json'), bounds)).not.toThrow()
    expect(readBounds(path.join(folder, 'missing', 'window.json'))).toBeUndefined()
  })
})

describe('a window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const second = { x: 1920, y: 0, width: 1920, height: 1080 }

  it.each([
    ['on the display', bounds, [screen]],
    ['partly beside the display', { ...bounds, x: -600 }, [screen]],
    ['on the second display', { ...bounds, x: 2000 }, [screen, second]],
  ])('%s opens where it was', (_name, saved, displays) => {
    expect(placeOn(saved, displays)).toEqual(saved)
  })

  it.each([
    ['on a display that is gone', { ...bounds, x: 2000 }, [screen]],
    ['with its title bar above the display', { ...bounds, y: -40 }, [screen]],
    ['out of reach on the left', { ...bounds, x: -1150 }, [screen]],
    ['never seen before', undefined, [screen]],
  ])('%s opens anew', (_name, saved, displays) => {
    expect(placeOn(saved, displays)).toBeUndefined()
  })
})
