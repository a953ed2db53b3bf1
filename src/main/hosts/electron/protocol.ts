/** `app://workbench/`: the built window under a scheme of its own, with the policy as a header. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import type { Workbench } from '../../workbench.ts'
import { downloadHeaders, downloadIn } from '../downloads.ts'
import { contentOf, type ThemedWorkbench } from '../page.ts'
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

/**
 * Answers the scheme with the files in `folder`, and with what the workbench made for a window to fetch.
 * Throws WorkbenchError when no window is built there.
 */
export async function serveApp(
  folder: string,
  workbench: Pick<Workbench, 'exports'> & ThemedWorkbench,
): Promise<void> {
  const files = await listRendererFiles(folder)
  protocol.handle(scheme, (request) => answer(files, request, workbench))
}

/** Exported for its test. */
export async function answer(
  files: ReadonlyMap<string, RendererFile>,
  request: Request,
  workbench: Pick<Workbench, 'exports'> & ThemedWorkbench,
): Promise<Response> {
  const headers = securityHeaders("'none'")
  const { pathname } = new URL(request.url)
  const download = request.method === 'GET' && isAppPage(request.url) ? downloadIn(pathname) : undefined
  const made = download === undefined ? undefined : workbench.exports.take(download)
  if (made) {
    const content = createReadStream(made.file)
    content.once('close', () => void made.discard().catch(() => undefined))
    // Electron asks where to save what is sent as an attachment
    return new Response(Readable.toWeb(content) as ReadableStream, {
      headers: { ...headers, ...downloadHeaders(made.name) },
    })
  }
  const found = request.method === 'GET' && isAppPage(request.url) ? files.get(pathname) : undefined
  if (!found) return new Response('Not found', { status: 404, headers })
  const content = await contentOf(found.file, workbench)
  return new Response(content as BodyInit, { headers: { ...headers, ...found.headers } })
}
