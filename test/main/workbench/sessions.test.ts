import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSessions } from '../../../src/main/workbench/sessions.ts'

let folder: string
const children: ChildProcess[] = []
beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-'))))
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})

/** Another process with a session that claims `runs`; resolves when it has. */
async function anotherProcess(...runs: string[]): Promise<{ id: string; kill(): Promise<void> }> {
  const module = pathToFileURL(path.resolve('src/main/workbench/sessions.ts')).href
  const script = `
    import { openSessions } from ${JSON.stringify(module)}
    const sessions = openSessions(${JSON.stringify(folder)})
    sessions.claim(${JSON.stringify(runs)})
    console.log(sessions.id)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
  return {
    id: line.trim(),
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

describe('openSessions', () => {
  it('knows what another living process claims', async () => {
    const other = await anotherProcess('run-a', 'run-b')
    const sessions = openSessions(folder)
    expect(sessions.alive().sort()).toEqual([other.id, sessions.id].sort())
    expect(sessions.claimedElsewhere()).toEqual(
      new Map([
        ['run-a', other.id],
        ['run-b', other.id],
      ]),
    )
    sessions.close()
  })

  it('forgets a process that was killed, however it ended, and removes what it left', async () => {
    const other = await anotherProcess('run-a')
    const sessions = openSessions(folder)
    await other.kill()
    expect(sessions.claimedElsewhere()).toEqual(new Map())
    expect(sessions.alive()).toEqual([sessions.id])
    const later = openSessions(folder)
    expect(fs.existsSync(path.join(folder, other.id))).toBe(false)
    later.close()
    sessions.close()
  })

  it('does not claim any more what it has released, unless it claims it again', () => {
    const [owner, other] = [openSessions(folder), openSessions(folder)]
    owner.claim(['run-a', 'run-b', 'run-c'])
    owner.release('run-a')
    owner.release('run-b')
    owner.claim(['run-b'])
    expect([...other.claimedElsewhere().keys()].sort()).toEqual(['run-b', 'run-c'])
    other.close()
    owner.close()
  })

  it('does not count its own claims as those of others', () => {
    const sessions = openSessions(folder)
    sessions.claim(['run-a'])
    expect(sessions.claimedElsewhere()).toEqual(new Map())
    sessions.close()
  })

  it.each(['stop', 'pause'] as const)('carries a request to %s to the owner, once', (what) => {
    const owner = openSessions(folder)
    const asker = openSessions(folder)
    owner.claim(['run-a'])
    expect(asker.claimedElsewhere()).toEqual(new Map([['run-a', owner.id]]))
    asker.request(what, owner.id, 'run-a')
    expect(owner.takeRequests()).toEqual([{ what, run: 'run-a' }])
    expect(owner.takeRequests()).toEqual([])
    asker.close()
    owner.close()
  })

  it('leaves no session behind when it closes', () => {
    openSessions(folder).close()
    expect(fs.readdirSync(folder)).toEqual(['starting.lock'])
  })

  it('opens and closes while others do', async () => {
    const module = pathToFileURL(path.resolve('src/main/workbench/sessions.ts')).href
    const script = `
      import { openSessions } from ${JSON.stringify(module)}
      for (let time = 0; time < 30; time++) {
        const sessions = openSessions(${JSON.stringify(folder)})
        if (!sessions.alive().includes(sessions.id)) throw new Error('it does not know itself')
        sessions.claimedElsewhere()
        sessions.close()
      }`
    const ends = Array.from({ length: 5 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      children.push(child)
      return (await once(child, 'close'))[0] as number
    })
    expect(await Promise.all(ends)).toEqual([0, 0, 0, 0, 0])
    openSessions(folder).close()
    expect(fs.readdirSync(folder)).toEqual(['starting.lock'])
  })
})
