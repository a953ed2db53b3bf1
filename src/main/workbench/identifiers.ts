/** Short identifiers for people to type; the nearest known name to one that was mistyped is in shared/names.ts. */
import { randomBytes } from 'node:crypto'

export { closestName, knownNames } from '../../shared/names.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Eight random base-32 letters and digits, lower case: 40 bits. */
export function newIdentifier(): string {
  return Array.from(randomBytes(8), (byte) => alphabet[byte % 32]).join('')
}
