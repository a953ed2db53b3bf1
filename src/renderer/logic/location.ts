/**
 * What is shown, in the hash of the address, so that it survives a reload: "#/experiment/ID", "#/dataset/ID", "#/run/ID", or a page by
 * its name, such as "#/runs". A new page is a name in `pages`, and a view in App.vue.
 */

const things = ['experiment', 'dataset', 'run'] as const
/** One experiment, dataset or run, which is one of many. */
interface Thing {
  readonly kind: (typeof things)[number]
  readonly id: string
}

/** Pages of which there is one each. */
const pages = ['runs', 'lab', 'settings'] as const
interface Page {
  readonly kind: (typeof pages)[number]
}

/** Null is the overview. */
export type Place = Thing | Page | null

const pattern = new RegExp(`^#/(${things.join('|')})/([^/]+)$`)

/** Null for the overview, and for what is no place. */
export function placeInHash(hash: string): Place {
  const kind = pages.find((page) => hash === `#/${page}`)
  if (kind) return { kind }
  const match = pattern.exec(hash)
  if (!match?.[2]) return null
  try {
    return { kind: match[1] as Thing['kind'], id: decodeURIComponent(match[2]) }
  } catch {
    return null
  }
}

export function hashOfPlace(place: Place): string {
  if (place === null) return '#/'
  return 'id' in place ? `#/${place.kind}/${encodeURIComponent(place.id)}` : `#/${place.kind}`
}
