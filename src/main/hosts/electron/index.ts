/**
 * The Electron host: one window over the workbench in this process. protocol.ts serves the built window, ipc.ts
 * carries the contract, security.ts forbids the rest, window.ts remembers where the window was.
 */
import path from 'node:path'
import { app, dialog, Menu } from 'electron'
import { errorRecord } from '../../../shared/errors.ts'
import { homeFolder, preloadFile, rendererFolder } from '../../paths.ts'
import { createWorkbench } from '../../workbench.ts'
import { serveCalls } from './ipc.ts'
import { appAddress, declareAppScheme, serveApp } from './protocol.ts'
import { restrict } from './security.ts'
import { openWindow } from './window.ts'

/** Starts the app, or hands over to the instance that already runs on the same home. */
export async function startElectron(): Promise<void> {
  const home = homeFolder()
  // Chromium's own files, and with them the lock of the single instance, belong to the home.
  app.setPath('userData', path.join(home, 'electron'))
  if (!app.requestSingleInstanceLock()) return app.quit()
  declareAppScheme()
  restrict(app)
  await app.whenReady()
  try {
    await openApp(home)
  } catch (error) {
    const { message, hint } = errorRecord(error)
    dialog.showErrorBox('Attention Workbench cannot start', `${message}\n\n${hint}`)
    app.exit(1)
  }
}

async function openApp(home: string): Promise<void> {
  const workbench = await createWorkbench({ home })
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

  Menu.setApplicationMenu(Menu.buildFromTemplate(menu()))
  const window = openWindow({ address: appAddress, preloadFile, boundsFile: path.join(home, 'window.json') })
  serveCalls(workbench, window)
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
}

/** The usual menus without Help, whose entries lead out of the app. */
function menu(): Electron.MenuItemConstructorOptions[] {
  const menus: Electron.MenuItemConstructorOptions[] = [
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { role: 'viewMenu' },
    { role: 'windowMenu' },
  ]
  return process.platform === 'darwin' ? [{ role: 'appMenu' }, ...menus] : menus
}
