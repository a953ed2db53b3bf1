/** How long the lines of a text are, and how they end. */
import type { LineLengths } from '../../../shared/health.ts'

/** Lengths that are counted one by one; of longer lines only the power of two is. */
const exactLengths = 0x10000
const lineFeed = 10
const carriageReturn = 13

export interface LineSurvey {
  /** Takes the next piece of the text. No piece begins or ends within a surrogate pair. */
  add(text: string): void
  /** Of all that was added; the last line counts where there is anything after the last line end. */
  result(): LineLengths
}

/** A line ends with LF, CRLF or CR, also where a piece ends between CR and LF. */
export function surveyLines(): LineSurvey {
  const exact = new Float64Array(exactLengths)
  const bins: number[] = []
  const ends = { lf: 0, crlf: 0, cr: 0 }
  let lines = 0
  let shortest = Infinity
  let longest = 0
  let length = 0 // characters of the line that is being read
  let isAfterReturn = false

  function endLine(): void {
    lines++
    shortest = Math.min(shortest, length)
    longest = Math.max(longest, length)
    exact[Math.min(length, exactLengths - 1)]!++
    const bin = binOf(length)
    bins[bin] = (bins[bin] ?? 0) + 1
    length = 0
  }

  return {
    add(text) {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index)
        if (isAfterReturn) {
          isAfterReturn = false
          if (unit === lineFeed) {
            ends.crlf++
            continue
          }
          ends.cr++
        }
        if (unit === lineFeed) {
          ends.lf++
          endLine()
        } else if (unit === carriageReturn) {
          isAfterReturn = true
          endLine()
        } else if ((unit & 0xfc00) !== 0xdc00) length++ // the second half of a pair is no character of its own
      }
    },
    result() {
      if (isAfterReturn) ends.cr++
      isAfterReturn = false
      if (length > 0) endLine()
      return {
        lines,
        empty: exact[0]!,
        shortest: lines === 0 ? 0 : shortest,
        median: median(exact, lines),
        longest,
        bins: Array.from(bins, (count, bin) => ({ ...edges(bin), lines: count ?? 0 })),
        ends,
      }
    },
  }
}

/** 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, ... */
const binOf = (length: number) => (length === 0 ? 0 : 32 - Math.clz32(length))
const edges = (bin: number) => (bin === 0 ? { from: 0, to: 0 } : { from: 2 ** (bin - 1), to: 2 ** bin - 1 })

/** The smallest length that at least half of the lines do not exceed. */
function median(exact: Float64Array, lines: number): number {
  let below = 0
  for (let length = 0; length < exact.length; length++) {
    below += exact[length]!
    if (2 * below >= lines) return length
  }
  return 0
}
