/** Characters that nobody sees, or that say that something went wrong before the text came here. */
import type { OddCharacter, OddGroup } from '../../../shared/health.ts'

/** Tabs and line ends are no odd characters. Undefined for an ordinary one. */
export function oddGroup(codePoint: number): OddGroup | undefined {
  if (codePoint < 0x7f)
    return codePoint < 0x20 && codePoint !== 0x09 && codePoint !== 0x0a && codePoint !== 0x0d
      ? 'control'
      : undefined
  if (codePoint < 0xa0) return codePoint === 0x85 ? 'line-separator' : 'control'
  if (codePoint === 0xfffd) return 'replacement'
  if (isZeroWidth(codePoint)) return 'zero-width'
  if (codePoint === 0x2028 || codePoint === 0x2029) return 'line-separator'
  if (isDirection(codePoint)) return 'direction'
  if ((codePoint >= 0xe000 && codePoint <= 0xf8ff) || codePoint >= 0xf0000)
    return isNoncharacter(codePoint) ? 'noncharacter' : 'private-use'
  return isNoncharacter(codePoint) ? 'noncharacter' : undefined
}

/** Zero-width space, non-joiner and joiner, word joiner, soft hyphen, byte order mark. */
const isZeroWidth = (codePoint: number) =>
  (codePoint >= 0x200b && codePoint <= 0x200d) ||
  codePoint === 0x2060 ||
  codePoint === 0xad ||
  codePoint === 0xfeff

/** Marks, embeddings, overrides and isolates that turn the direction of writing. */
const isDirection = (codePoint: number) =>
  codePoint === 0x200e ||
  codePoint === 0x200f ||
  (codePoint >= 0x202a && codePoint <= 0x202e) ||
  (codePoint >= 0x2066 && codePoint <= 0x2069)

const isNoncharacter = (codePoint: number) =>
  (codePoint & 0xfffe) === 0xfffe || (codePoint >= 0xfdd0 && codePoint <= 0xfdef)

export interface OddSurvey {
  /** Takes the next piece of the text. No piece begins or ends within a surrogate pair. */
  add(text: string): void
  /** Most frequent first. */
  result(): OddCharacter[]
}

export function surveyOddCharacters(): OddSurvey {
  const counts = new Map<number, OddCharacter>()
  return {
    add(text) {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index)
        if (unit >= 0x20 && unit < 0x7f) continue
        const codePoint = text.codePointAt(index)!
        if (codePoint > 0xffff) index++
        const group = oddGroup(codePoint)
        if (group === undefined) continue
        const known = counts.get(codePoint)
        if (known) known.count++
        else counts.set(codePoint, { codePoint, group, count: 1 })
      }
    },
    result: () => [...counts.values()].sort((a, b) => b.count - a.count || a.codePoint - b.codePoint),
  }
}
