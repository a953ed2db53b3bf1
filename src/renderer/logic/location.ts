/** What is shown, in the hash of the address, so that it survives a reload: "#/experiment/ID", "#/dataset/ID" or "#/runs". */

interface Thing {
  readonly kind: 'experiment' | 'dataset'
  readonly id: string
}
/** All runs of all experiments have a page of their own. */
export type Place = Thing | { readonly kind: 'runs' }

const runsHash = '#/runs'
const pattern = /^#\/(experiment|dataset)\/([^/]+)$/

/** Null for the overview, and for what is no place. */
export function placeInHash(hash: string): Place | null {
  if (hash === runsHash) return { kind: 'runs' }
  const match = pattern.exec(hash)
  if (!match?.[2]) return null
  try {
    return { kind: match[1] as Thing['kind'], id: decodeURIComponent(match[2]) }
  } catch {
    return null
  }
}

export function hashOfPlace(place: Place | null): string {
  if (place === null) return '#/'
  return place.kind === 'runs' ? runsHash : `#/${place.kind}/${encodeURIComponent(place.id)}`
}
