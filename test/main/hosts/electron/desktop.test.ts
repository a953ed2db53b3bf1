import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { commandIds, commandWords } from '../../../../src/shared/commands.ts'
import { windowChannels } from '../../../../src/shared/wire.ts'

const handlers = new Map<string, (event: unknown, input?: unknown) => unknown>()
const openPath = vi.fn(async () => '')
const showOpenDialog = vi.fn(async () => ({ filePaths: ['/data/digits'] }))
const shown: { title: string; click(): void }[] = []
class Notification extends EventEmitter {
  static isSupported = () => true
  readonly title: string
  constructor({ title }: { title: string }) {
    super()
    this.title = title
  }
  show() {
    shown.push({ title: this.title, click: () => this.emit('click') })
  }
}
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, handler: () => unknown) => handlers.set(channel, handler) },
  dialog: { showOpenDialog },
  shell: { openPath },
  Notification,
  protocol: {},
}))
const { serveDesktop } = await import('../../../../src/main/hosts/electron/desktop.ts')
const { filesNamedIn } = await import('../../../../src/main/hosts/electron/openedFiles.ts')
const { menuTemplate } = await import('../../../../src/main/hosts/electron/menu.ts')

class Contents extends EventEmitter {
  send = vi.fn()
}
function openDesktop(focused = false) {
  handlers.clear()
  const webContents = new Contents()
  const window = {
    webContents,
    isFocused: () => focused,
    isMinimized: () => true,
    restore: vi.fn(),
    focus: vi.fn(),
  }
  return { window, webContents, opening: serveDesktop(window as never, '/home/ada/workbench') }
}
const page = { url: 'app://workbench/index.html' }
const own = { sender: { mainFrame: page }, senderFrame: page }
const ask = async (channel: string, input?: unknown, event: unknown = own) =>
  handlers.get(channel)!(event, input)

beforeEach(() => {
  shown.length = 0
  vi.clearAllMocks()
})

describe('the window of Electron', () => {
  it('notifies the desktop only while it is not looked at, and comes forward when that is chosen', async () => {
    openDesktop(true)
    await ask(windowChannels.notify, { title: 'Ended', body: '3 runs' })
    expect(shown).toEqual([])
    const { window } = openDesktop()
    await ask(windowChannels.notify, { title: 'Ended', body: '3 runs' })
    expect(shown.map(({ title }) => title)).toEqual(['Ended'])
    shown[0]!.click()
    expect(window.restore).toHaveBeenCalledOnce()
    expect(window.focus).toHaveBeenCalledOnce()
  })

  it.each([undefined, {}, { title: '', body: '' }, { title: 'a'.repeat(1000), body: '' }])(
    'notifies of nothing that is not well formed: %o',
    async (input) => {
      openDesktop()
      await expect(ask(windowChannels.notify, input)).rejects.toThrow()
      expect(shown).toEqual([])
    },
  )

  it('shows the folder of the home, whatever a page names', async () => {
    openDesktop()
    await ask(windowChannels.showHome, '/etc')
    expect(openPath).toHaveBeenCalledExactlyOnceWith('/home/ada/workbench')
  })

  it('asks for folders with the dialog of the system', async () => {
    openDesktop()
    expect(await ask(windowChannels.chooseFolders)).toEqual(['/data/digits'])
  })

  it.each([
    windowChannels.notify,
    windowChannels.showHome,
    windowChannels.chooseFolders,
    windowChannels.listening,
  ])('answers %s to its own page only', async (channel) => {
    openDesktop()
    const stranger = { url: 'https://example.com/' }
    const event = { sender: { mainFrame: stranger }, senderFrame: stranger }
    await expect(ask(channel, { title: 'a', body: '' }, event)).rejects.toMatchObject({
      code: 'invalid-request',
    })
    expect(shown).toEqual([])
    expect(openPath).not.toHaveBeenCalled()
    expect(showOpenDialog).not.toHaveBeenCalled()
  })

  it('tells of opened files once the page listens, and anew after it was loaded again', async () => {
    const { webContents, opening } = openDesktop()
    opening.open(['/a.awx'])
    expect(webContents.send).not.toHaveBeenCalled()
    await ask(windowChannels.listening)
    expect(webContents.send).toHaveBeenLastCalledWith(windowChannels.open, ['/a.awx'])
    webContents.emit('did-start-navigation', { isSameDocument: true })
    opening.open(['/b.awx'])
    expect(webContents.send).toHaveBeenLastCalledWith(windowChannels.open, ['/b.awx'])
    webContents.emit('did-start-navigation', { isSameDocument: false })
    opening.open(['/c.awx'])
    expect(webContents.send).toHaveBeenCalledTimes(2)
    await ask(windowChannels.listening)
    expect(webContents.send).toHaveBeenLastCalledWith(windowChannels.open, ['/c.awx'])
  })
})

it('finds the files that a command line names', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'opened-'))
  await writeFile(path.join(folder, 'a.awx'), '')
  const line = ['electron', '/app', '--no-sandbox', 'a.awx', 'missing.awx']
  expect(filesNamedIn(line, folder, false)).toEqual([path.join(folder, 'a.awx')])
  expect(filesNamedIn(['workbench', 'a.awx'], folder, true)).toEqual([path.join(folder, 'a.awx')])
  expect(filesNamedIn(['workbench'], folder, true)).toEqual([])
  await rm(folder, { recursive: true })
})

describe('the menus', () => {
  type Item = { id?: string; accelerator?: string; submenu?: Item[]; click?(): void; role?: string }
  const itemsOf = (template: unknown) => (template as Item[]).flatMap(({ submenu }) => submenu ?? [])

  it.each(['linux', 'darwin', 'win32'] as const)('have every command that names one, on %s', (platform) => {
    const chosen = vi.fn()
    const items = itemsOf(menuTemplate(chosen, platform)).filter(({ id }) => id !== undefined)
    expect(items.map(({ id }) => id).sort()).toEqual(
      commandIds.filter((id) => commandWords[id].menu !== undefined).sort(),
    )
    items.find(({ id }) => id === 'go.settings')!.click!()
    expect(chosen).toHaveBeenCalledExactlyOnceWith('go.settings')
  })

  it('show the keys, and leave those without a modifier to the page', () => {
    const items = itemsOf(menuTemplate(() => {}))
    const keysOf = (id: string) => items.find((item) => item.id === id)!.accelerator
    expect(keysOf('view.palette')).toBe('CommandOrControl+K')
    expect(keysOf('go.runs')).toBeUndefined()
    expect(keysOf('view.help')).toBeUndefined()
  })
})
