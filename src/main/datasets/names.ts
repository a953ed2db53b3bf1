/** Names of datasets come from people and from file names: they are shown, and never used as a path. */
import path from 'node:path'

const longestName = 200

/** Controls (terminal escapes among them), line ends, and the marks that reverse the direction of what follows. */
const unshowable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** A name on one line of at most 200 characters, from the wanted name or else from the file's. */
export function displayName(file: string, wanted?: string): string {
  for (const candidate of [wanted, path.parse(file).name]) {
    const name = (candidate ?? '').toWellFormed().replace(unshowable, ' ').replace(/\s+/g, ' ').trim()
    if (name !== '') return [...name].slice(0, longestName).join('').trim()
  }
  return 'untitled'
}
