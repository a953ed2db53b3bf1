/** What no page of the app may do, whatever it contains: leave, open windows, embed pages, ask for permissions but one. */
import type { App, WebContents } from 'electron'
import { isAppPage } from './protocol.ts'

/** Writing what a person copies: browsers allow it without a question where a button was pressed, as it is here. */
const allowed = (permission: string, contents: Pick<WebContents, 'getURL'> | null): boolean =>
  permission === 'clipboard-sanitized-write' && contents !== null && isAppPage(contents.getURL())

/** Restricts every page that `app` will ever create. */
export function restrict(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => restrictPage(contents))
}

function restrictPage(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.session.setPermissionRequestHandler((asking, permission, decide) =>
    decide(allowed(permission, asking)),
  )
  contents.session.setPermissionCheckHandler((asking, permission) => allowed(permission, asking))
  contents.session.setDevicePermissionHandler(() => false)
}
