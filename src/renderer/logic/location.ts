/** What is shown, in the hash of the address, so that it survives a reload: "#/experiment/ID" or "#/dataset/ID". */

export interface Place {
  readonly kind: 'experiment' | 'dataset'
  readonly id: string
}

const pattern = /^#\/(experiment|dataset)\/([^/]+)$/

/** Null for the overview, and for what is no place. */
export function placeInHash(hash: string): Place | null {
  const match = pattern.exec(hash)
  if (!match?.[2]) return null
  try {
    return { kind: match[1] as Place['kind'], id: decodeURIComponent(match[2]) }
  } catch {
    return null
  }
}

export function hashOfPlace(place: Place | null): string {
  return place === null ? '#/' : `#/${place.kind}/${encodeURIComponent(place.id)}`
}
