/** What only a window of Electron can do: shared/wire.ts's WindowHost, for our own page. */
import { type BrowserWindow, dialog, ipcMain, Notification, shell, type IpcMainInvokeEvent } from 'electron'
import { desktopNotificationSchema, windowChannels } from '../../../shared/wire.ts'
import { refuseStranger } from './ipc.ts'

/** Files that the system opens with the app wait here until the window listens. */
export interface Opening {
  open(paths: readonly string[]): void
}

/** Serves `window`, whose workbench has its home in the folder `home`. */
export function serveDesktop(window: BrowserWindow, home: string): Opening {
  let listens = false
  const waiting: string[] = []
  const handle = (channel: string, answer: (input: unknown) => unknown) =>
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, input: unknown) => {
      refuseStranger(event)
      return answer(input)
    })
  const tell = () => {
    if (listens && waiting.length > 0) window.webContents.send(windowChannels.open, waiting.splice(0))
  }

  handle(windowChannels.notify, (input) => {
    const { title, body } = desktopNotificationSchema.parse(input)
    if (window.isFocused() || !Notification.isSupported()) return
    const notification = new Notification({ title, body })
    notification.on('click', () => focus(window))
    notification.show()
  })
  // The page names no path: the one folder that it can show is the home.
  handle(windowChannels.showHome, () => shell.openPath(home).then(() => undefined))
  handle(windowChannels.chooseFolders, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: 'Add a folder to the library',
      properties: ['openDirectory', 'multiSelections'],
    })
    return filePaths
  })
  handle(windowChannels.listening, () => {
    listens = true
    tell()
  })
  // A page that is loaded anew listens anew.
  window.webContents.on('did-start-navigation', ({ isSameDocument }) => void (listens &&= isSameDocument))
  return {
    open(paths) {
      waiting.push(...paths)
      tell()
    },
  }
}

export function focus(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}
