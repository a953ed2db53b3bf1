/** Points of a projection by what they are coloured by: where they stand, what stands there, what is to be said there. */
import type { StateProjection } from '../../../shared/states.ts'

export const colourings = ['position', 'token', 'label'] as const
export type Colouring = (typeof colourings)[number]

/** Kinds of characters, in the order of the legend. */
export const tokenKinds = ['lower case', 'upper case', 'digit', 'space', 'punctuation', 'other'] as const

/** Of a token of several characters the first that is no space decides; of nothing but spaces, space. */
export function tokenKind(token: string): (typeof tokenKinds)[number] {
  const [first] = token.trim() || token
  if (first === undefined) return 'other'
  if (/\s/u.test(first)) return 'space'
  if (/\p{Lu}/u.test(first)) return 'upper case'
  if (/\p{L}/u.test(first)) return 'lower case'
  if (/\p{N}/u.test(first)) return 'digit'
  return /[\p{P}\p{S}]/u.test(first) ? 'punctuation' : 'other'
}

export interface PointClass {
  name: string
  /** Places of its points among all. */
  points: number[]
}

/** The most classes that shapes and colours tell apart; what is rarer is together at the end. */
export const mostClasses = 16

/** The points of every class that has any, at most `mostClasses`, the most frequent ones of too many. */
function classesOf(names: readonly string[], order: readonly string[]): PointClass[] {
  const found = new Map<string, number[]>(order.map((name) => [name, []]))
  names.forEach((name, point) => found.set(name, [...(found.get(name) ?? []), point]))
  const all = [...found].filter(([, points]) => points.length > 0).map(([name, points]) => ({ name, points }))
  if (all.length <= mostClasses) return all
  const frequent = new Set(
    [...all]
      .sort((a, b) => b.points.length - a.points.length)
      .slice(0, mostClasses - 1)
      .map(({ name }) => name),
  )
  const rare = all.filter(({ name }) => !frequent.has(name)).flatMap(({ points }) => points)
  return [
    ...all.filter(({ name }) => frequent.has(name)),
    { name: 'others', points: rare.sort((a, b) => a - b) },
  ]
}

export interface Names {
  /** What the tokens of a text stand for, by id. */
  vocabulary: readonly string[]
  /** Of images. */
  classNames: readonly string[]
}

type Tokens = StateProjection['tokens']

/** Classes of the points; null where they are coloured by position, which is no class. */
export function pointClasses(
  { token, label }: Tokens,
  colouring: Colouring,
  { vocabulary, classNames }: Names,
): PointClass[] | null {
  if (colouring === 'position') return null
  const kindOf = (id: number) => tokenKind(vocabulary[id] ?? '')
  if (token !== null) return classesOf((colouring === 'token' ? token : label).map(kindOf), tokenKinds)
  const nameOf = (id: number) => classNames[id] ?? String(id)
  return classesOf(label.map(nameOf), classNames)
}

/** What can be told apart: of an image its tokens are its parts, and have no kinds. */
export const colouringsOf = ({ token }: Tokens): { value: Colouring; label: string }[] =>
  token === null
    ? [
        { value: 'label', label: 'class' },
        { value: 'position', label: 'position' },
      ]
    : [
        { value: 'position', label: 'position' },
        { value: 'token', label: 'token' },
        { value: 'label', label: 'next token' },
      ]

/** Half the side of a square around the origin that holds every coordinate of all clouds. */
export function reachOf(clouds: readonly Pick<StateProjection['clouds'][number], 'coordinates'>[]): number {
  let reach = 0
  for (const { coordinates } of clouds)
    for (const [across, up] of coordinates) reach = Math.max(reach, Math.abs(across), Math.abs(up))
  return reach || 1
}

/** The point nearest to a place, both in shares of the reach; null where none is near. */
export function nearestPoint(
  coordinates: readonly (readonly [number, number])[],
  [across, up]: readonly [number, number],
  within: number,
): number | null {
  let nearest: number | null = null
  let distance = within
  coordinates.forEach(([x, y], point) => {
    const away = Math.hypot(x - across, y - up)
    if (away < distance) [nearest, distance] = [point, away]
  })
  return nearest
}
