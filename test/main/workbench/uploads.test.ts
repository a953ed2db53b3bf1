import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUploads } from '../../../src/main/workbench/uploads.ts'
import { fillDisk } from '../../support/fullDisk.ts'

let folder: string
beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'uploads-'))))
afterEach(() => fs.rmSync(folder, { recursive: true }))

const files = () =>
  fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

describe('openUploads', () => {
  it('keeps the bytes until they are discarded', async () => {
    const uploads = await openUploads(folder, 'me', ['me'])
    const { upload } = await uploads.receive('../../poem.txt', chunks('To be, ', 'or not'))
    const { file, name, discard } = uploads.take(upload)
    expect(name).toBe('../../poem.txt')
    expect(path.relative(folder, file)).toBe(path.join('me', upload)) // the name is never part of a path
    expect(fs.readFileSync(file, 'utf8')).toBe('To be, or not')
    await discard()
    expect(files()).toEqual([])
  })

  it('hands an upload over once', async () => {
    const uploads = await openUploads(folder, 'me', ['me'])
    const { upload } = await uploads.receive('a', chunks('a'))
    uploads.take(upload)
    for (const unknown of [upload, 'never', '../me/x'])
      expect(() => uploads.take(unknown)).toThrow(expect.objectContaining({ code: 'file-missing' }))
  })

  it('leaves nothing of a stream that breaks', async () => {
    const uploads = await openUploads(folder, 'me', ['me'])
    async function* broken() {
      yield Buffer.from('half')
      throw new Error('the window was closed')
    }
    await expect(uploads.receive('a', broken())).rejects.toThrow('the window was closed')
    expect(files()).toEqual([])
  })

  it('removes what dead sessions left, spares the living, and removes its own at the end', async () => {
    for (const session of ['dead', 'alive']) {
      fs.mkdirSync(path.join(folder, session))
      fs.writeFileSync(path.join(folder, session, 'file'), 'x')
    }
    const uploads = await openUploads(folder, 'me', ['me', 'alive'])
    await uploads.receive('a', chunks('a'))
    expect(fs.readdirSync(folder).sort()).toEqual(['alive', 'me'])
    await uploads.close()
    expect(fs.readdirSync(folder)).toEqual(['alive'])
  })
})

describe('a full disk', () => {
  it.each([0, 2])(
    'leaves nothing after %i writes, says so, and takes the file when there is room',
    async (writes) => {
      const uploads = await openUploads(folder, 'me', ['me'])
      const disk = await fillDisk(writes)
      try {
        await expect(uploads.receive('poem.txt', chunks('To', ' be', ' or', ' not'))).rejects.toMatchObject({
          code: 'disk-full',
          message: `The disk has no room for poem.txt, which would be copied to ${folder}.`,
          hint: 'Make room on it, then drop the file again.',
        })
      } finally {
        disk.makeRoom()
      }
      expect(files()).toEqual([])
      const { upload } = await uploads.receive('poem.txt', chunks('To', ' be'))
      expect(fs.readFileSync(uploads.find(upload).file, 'utf8')).toBe('To be')
    },
  )
})
