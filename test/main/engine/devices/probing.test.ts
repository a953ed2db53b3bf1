import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../../src/main/engine/devices/examination/probing.ts'

describe('a probe', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'probe-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const running = (code: string, limitMs = 30_000) => {
    const file = path.join(folder, 'probe.mjs')
    writeFileSync(file, code)
    return probe('webgpu', { GREETING: 'hello' }, { file, limitMs })
  }

  it('hands on what the process answers, and what was said on standard error', async () => {
    const code = `console.error(process.env.GREETING, process.argv[2])
      process.send({ works: true, found: ['a'] }, undefined, undefined, () => process.exit())`
    expect(await running(code)).toEqual({ works: true, found: ['a'], log: 'hello webgpu\n' })
  })

  it('believes the answer of a process that crashes on its way out', async () => {
    const code = `process.send({ works: true, found: [] }, undefined, undefined, () => process.abort())`
    expect(await running(code)).toMatchObject({ works: true })
  })

  it.skipIf(process.platform === 'win32')('survives a driver that crashes', async () => {
    const answer = await running(`process.kill(process.pid, 'SIGSEGV')`)
    expect(answer).toMatchObject({ works: false, message: 'It ended by SIGSEGV' })
  })

  it('ends a driver that hangs', async () => {
    const answer = await running('for (;;);', 500)
    expect(answer).toMatchObject({ works: false, message: 'It did not answer within 0.5 s' })
  })

  it('knows the graphics controllers of the system, possibly none', async () => {
    const answer = await probe('graphics')
    expect(answer).toMatchObject({ works: true, found: expect.any(Array) as string[] })
  })
})
