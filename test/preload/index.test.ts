import { expect, it, vi } from 'vitest'
import type { WindowBridge } from '../../src/shared/wire.ts'

const ipcRenderer = { invoke: vi.fn(), on: vi.fn(), off: vi.fn() }
const exposed = new Map<string, WindowBridge>()
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: WindowBridge) => exposed.set(name, api) },
  ipcRenderer,
  webUtils: { getPathForFile: (file: File) => `/files/${file.name}` },
}))
await import('../../src/preload/index.ts')
const { callNames } = await import('../../src/shared/contract.ts')
const bridge = exposed.get('workbench')!

/** What only a window of Electron can do. */
const own = ['pathForFile', 'notify', 'showHome', 'chooseFolders', 'onCommand', 'onOpen']

it('exposes one function per call, the events, and one for each thing that only it can do: nothing else', () => {
  expect([...exposed.keys()]).toEqual(['workbench'])
  expect(Object.keys(bridge)).toEqual([...callNames, 'subscribe', ...own])
  expect(Object.values(bridge).every((value) => typeof value === 'function')).toBe(true)
})

it('sends each call on its own channel, with its first argument only', async () => {
  ipcRenderer.invoke.mockResolvedValueOnce({ output: [] })
  const listRuns = bridge.listRuns as (...values: unknown[]) => Promise<unknown>
  expect(await listRuns({}, 'workbench:call:removeDataset')).toEqual({ output: [] })
  expect(ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('workbench:call:listRuns', {})
})

it("hands over an event's payload without Electron's event, until told to stop", () => {
  const heard = vi.fn()
  const stop = bridge.subscribe('datasetsChanged', heard)
  const [channel, listener] = ipcRenderer.on.mock.calls[0]!
  expect(channel).toBe('workbench:event:datasetsChanged')
  listener({ sender: 'ipcRenderer' }, { a: 1 })
  expect(heard).toHaveBeenCalledExactlyOnceWith({ a: 1 })
  expect(stop()).toBeUndefined()
  expect(ipcRenderer.off).toHaveBeenCalledExactlyOnceWith(channel, listener)
})

it('knows no other events', () => {
  expect(() => bridge.subscribe('anything' as never, () => {})).toThrow('There is no event')
})

it('tells where a file lies', () => {
  expect(bridge.pathForFile(new File([], 'a.txt'))).toBe('/files/a.txt')
})

it('asks for what only it can do on channels of their own, without a path from the page', async () => {
  ipcRenderer.invoke.mockClear()
  ipcRenderer.invoke.mockResolvedValue(undefined)
  bridge.notify({ title: 'Ended', body: '' })
  await (bridge.showHome as (...values: unknown[]) => Promise<void>)('/etc')
  await (bridge.chooseFolders as (...values: unknown[]) => Promise<string[]>)('/etc')
  expect(ipcRenderer.invoke.mock.calls).toEqual([
    ['workbench:window:notify', { title: 'Ended', body: '' }],
    ['workbench:window:show-home'],
    ['workbench:window:choose-folders'],
  ])
})

it('says when it listens for files that the system opens', () => {
  ipcRenderer.invoke.mockClear()
  ipcRenderer.on.mockClear()
  const heard = vi.fn()
  bridge.onOpen(heard)
  expect(ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('workbench:window:listening')
  ipcRenderer.on.mock.calls[0]![1]({}, ['/files/a.awx'])
  expect(heard).toHaveBeenCalledExactlyOnceWith(['/files/a.awx'])
})
