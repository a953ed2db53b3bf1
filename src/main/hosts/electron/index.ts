/**
 * The Electron host: one window over the workbench in this process. protocol.ts serves the built window, ipc.ts carries the
 * contract, desktop.ts what only such a window can do, menu.ts its menus; security.ts forbids the rest, window.ts remembers
 * where the window was.
 */
import path from 'node:path'
import { app, dialog, Menu, nativeTheme } from 'electron'
import { errorRecord } from '../../../shared/errors.ts'
import { windowChannels } from '../../../shared/wire.ts'
import { homeFolder, preloadFile, rendererFolder } from '../../paths.ts'
import { createWorkbench } from '../../workbench.ts'
import { focus, serveDesktop } from './desktop.ts'
import { serveCalls } from './ipc.ts'
import { menuTemplate } from './menu.ts'
import { filesNamedIn } from './openedFiles.ts'
import { appAddress, declareAppScheme, serveApp } from './protocol.ts'
import { restrict } from './security.ts'
import { openWindow } from './window.ts'

/** Starts the app, or hands over to the instance that already runs on the same home. */
export async function startElectron(): Promise<void> {
  const home = homeFolder()
  // Chromium's own files, and with them the lock of the single instance, belong to the home.
  app.setPath('userData', path.join(home, 'electron'))
  if (!app.requestSingleInstanceLock()) return app.quit()
  // On a Mac files do not come as arguments, and may come before the app is ready.
  const opened = filesNamedIn(process.argv, process.cwd(), app.isPackaged)
  const early = (_event: unknown, file: string) => void opened.push(file)
  app.on('open-file', early)
  declareAppScheme()
  restrict(app)
  await app.whenReady()
  try {
    const open = await openApp(home)
    app.off('open-file', early)
    app.on('open-file', (_event, file) => open([file]))
    open(opened)
  } catch (error) {
    const { message, hint } = errorRecord(error)
    dialog.showErrorBox('Attention Workbench cannot start', `${message}\n\n${hint}`)
    app.exit(1)
  }
}

/** Returns what opens files in the window. */
async function openApp(home: string): Promise<(files: readonly string[]) => void> {
  const workbench = await createWorkbench({ home })
  workbench.warmUp()
  await serveApp(rendererFolder, workbench)
  // Running trainers are ended in order, and their runs kept as interrupted, before the process goes.
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void workbench.close().finally(() => {
      closed = true
      app.quit()
    })
  })
  app.on('window-all-closed', () => app.quit())

  // The system's own parts of the window, its menus and dialogs, are in the theme of the page.
  nativeTheme.themeSource = (await workbench.api.readSettings({})).theme
  workbench.api.subscribe('settingsChanged', ({ theme }) => (nativeTheme.themeSource = theme))
  const window = openWindow({
    ...{ address: appAddress, preloadFile, boundsFile: path.join(home, 'window.json') },
    dark: nativeTheme.shouldUseDarkColors,
  })
  serveCalls(workbench, window)
  const opening = serveDesktop(window, home)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate((id) => window.webContents.send(windowChannels.command, id))),
  )
  app.on('second-instance', (_event, line, folder) => {
    focus(window)
    opening.open(filesNamedIn(line, folder, app.isPackaged))
  })
  return opening.open
}
