/** What both hosts say of a file that a window fetches. */
import { downloadPath } from '../../shared/wire.ts'

/** The download that a path names; undefined where it names none. */
export function downloadIn(pathname: string): string | undefined {
  return pathname.startsWith(downloadPath) ? pathname.slice(downloadPath.length) : undefined
}

/** Saved under its name (RFC 6266), never shown as a page, never kept. */
export const downloadHeaders = (name: string): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  'cache-control': 'no-store',
})
