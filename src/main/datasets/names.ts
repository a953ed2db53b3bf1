/** Names of datasets come from people and from file names: they are shown, and never used as a path. */

const longestName = 200

/** Controls (terminal escapes among them), line ends, and the marks that reverse the direction of what follows. */
const unshowable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

/** The first of `wanted` that shows something, on one line of at most 200 characters. */
export function displayName(...wanted: (string | undefined)[]): string {
  for (const candidate of wanted) {
    const name = (candidate ?? '').toWellFormed().replace(unshowable, ' ').replace(/\s+/g, ' ').trim()
    if (name !== '') return [...name].slice(0, longestName).join('').trim()
  }
  return 'untitled'
}
