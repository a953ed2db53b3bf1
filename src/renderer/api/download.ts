/**
 * Files for the person to keep. An address with a `download` is saved by the browser in its own way, and Electron asks
 * where to: the same for both hosts.
 */
import { downloadPath } from '../../shared/wire.ts'

function follow(href: string, name: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
}

/** Fetches what prepareExport made. */
export const fetchDownload = ({ download, name }: { download: string; name: string }): void =>
  follow(downloadPath + download, name)

/** Saves what the window itself made. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  follow(address, name)
  // the browser has opened it by then
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
