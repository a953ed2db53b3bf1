/** `app://workbench/`: the built window under a scheme of its own, with the policy as a header. */
import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import type { RendererFile } from '../renderer-files.ts'
import { listRendererFiles } from '../renderer-files.ts'
import { securityHeaders } from '../security-headers.ts'

const scheme = 'app'
const host = 'workbench'
export const appAddress = `${scheme}://${host}/index.html`

/** Whether `url` is a page of the app. A URL's `origin` does not tell: it is "null" for a scheme of one's own. */
export function isAppPage(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === `${scheme}:` && parsed.host === host
}

/** Gives the scheme the rights of a web origin (modules, storage, a secure context). Before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
}

/** Answers the scheme with the files in `folder`. Throws WorkbenchError when no window is built there. */
export async function serveApp(folder: string): Promise<void> {
  const files = await listRendererFiles(folder)
  protocol.handle(scheme, (request) => answer(files, request))
}

/** Exported for its test. */
export async function answer(files: ReadonlyMap<string, RendererFile>, request: Request): Promise<Response> {
  const headers = securityHeaders("'none'")
  const { pathname } = new URL(request.url)
  const found = request.method === 'GET' && isAppPage(request.url) ? files.get(pathname) : undefined
  if (!found) return new Response('Not found', { status: 404, headers })
  return new Response(await readFile(found.file), { headers: { ...headers, ...found.headers } })
}
