/** The built window as files to serve. Both hosts look requests up here, so neither ever opens a path it was sent. */
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../shared/errors.ts'

export interface RendererFile {
  file: string
  /** What the response says about the file: its type and how long it may be kept. */
  headers: Record<string, string>
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
}

/**
 * Every file under `folder` by the URL path that asks for it ("/assets/index-abc.js"; "/" is index.html). A request
 * is a key of this map or it is nothing: a path traversal has no way to be spelled. Throws WorkbenchError when the
 * window is not built.
 */
export async function listRendererFiles(folder: string): Promise<ReadonlyMap<string, RendererFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, RendererFile>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const url = '/' + path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/')
    files.set(url, { file, headers: headersOf(url) })
  }
  const page = files.get('/index.html')
  if (!page) throw new WorkbenchError('internal', `No window is built in ${folder}.`, 'Run: npm run build')
  return files.set('/', page)
}

/** Names under /assets carry a hash of their content; everything else is asked for anew each time. */
function headersOf(url: string): Record<string, string> {
  return {
    'content-type': types[path.posix.extname(url)] ?? 'application/octet-stream',
    'cache-control': url.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  }
}
