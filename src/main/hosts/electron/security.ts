/** What no page of the app may do, whatever it contains: leave, open windows, embed pages, ask for permissions. */
import type { App, WebContents } from 'electron'

/** Restricts every page that `app` will ever create. */
export function restrict(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => restrictPage(contents))
}

function restrictPage(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  contents.session.setPermissionCheckHandler(() => false)
  contents.session.setDevicePermissionHandler(() => false)
}
