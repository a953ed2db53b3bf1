import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSessions } from '../../../src/main/workbench/sessions.ts'
import { noRoom } from '../../support/fullDisk.ts'

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

describe('on a full disk', () => {
  /** What the system throws while there is no room for another file or folder. */
  function full(...calls: ('mkdirSync' | 'appendFileSync' | 'writeFileSync')[]) {
    for (const call of calls)
      vi.spyOn(fs, call).mockImplementation(() => {
        throw noRoom(call)
      })
  }
  afterEach(() => void vi.restoreAllMocks())

  it('one may look without being seen; runs need room, and can be had when there is some', () => {
    const owner = openSessions(folder)
    owner.claim(['run-a'])
    full('mkdirSync')
    const looking = openSessions(folder)
    expect([...looking.claimedElsewhere().keys()]).toEqual(['run-a'])
    expect(owner.alive()).toEqual([owner.id])
    expect(() => looking.claim(['run-b'])).toThrow(expect.objectContaining({ code: 'disk-full' }))
    expect(looking.takeRequests()).toEqual([])
    vi.restoreAllMocks()
    looking.claim(['run-b'])
    expect([...owner.claimedElsewhere().keys()]).toEqual(['run-b'])
    looking.close()
    owner.close()
    expect(fs.readdirSync(folder)).toEqual(['starting.lock'])
  })

  it('what is released is written when there is room, and a refused claim is none', () => {
    const [owner, other] = [openSessions(folder), openSessions(folder)]
    owner.claim(['run-a', 'run-b'])
    full('appendFileSync')
    owner.release('run-a')
    expect(() => owner.claim(['run-c'])).toThrow(expect.objectContaining({ code: 'disk-full' }))
    vi.restoreAllMocks()
    owner.takeRequests()
    expect([...other.claimedElsewhere().keys()]).toEqual(['run-b'])
    other.close()
    owner.close()
  })

  it('a line that was cut short spoils none after it', () => {
    const [owner, other] = [openSessions(folder), openSessions(folder)]
    fs.appendFileSync(path.join(folder, owner.id, 'runs'), 'run-that-was-c')
    owner.claim(['run-a'])
    expect(other.claimedElsewhere().has('run-a')).toBe(true)
    other.close()
    owner.close()
  })

  it('others are told whose runs wait for room', () => {
    const [owner, other] = [openSessions(folder), openSessions(folder)]
    owner.claim(['run-a'])
    other.claim(['run-b'])
    expect(other.waitingElsewhere()).toEqual(new Set())
    owner.tellRoom(false)
    expect([other.waitingElsewhere(), owner.waitingElsewhere()]).toEqual([new Set(['run-a']), new Set()])
    owner.tellRoom(true)
    expect(other.waitingElsewhere()).toEqual(new Set())
    other.close()
    owner.close()
  })
})
