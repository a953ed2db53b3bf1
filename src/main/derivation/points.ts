/** Seeded clouds of points in two dimensions: the tokens of a derivation that one can see whole. */
import type { CloudShape } from '../../shared/derivation.ts'
import { normals, streamOf, uniformAt } from '../engine/random.ts'
import type { LabelledCloud } from './cloud.ts'

type Point = readonly [x: number, y: number]

/** Deviation of the points around where their shape puts them. */
const noise = { clusters: 0.35, ring: 0.08, grid: 0, moons: 0.1 } as const satisfies Record<
  CloudShape,
  number
>
const clusterCount = 5

/** Where the point of an index lies without noise, and its label. */
type Place = (index: number, count: number, seed: number) => { point: Point; label: number | null }

const onCircle = (turns: number, radius = 1): Point => [
  radius * Math.cos(2 * Math.PI * turns),
  radius * Math.sin(2 * Math.PI * turns),
]
const draw = (seed: number, index: number): number =>
  uniformAt(seed, 'derivation', streamOf('position of a point'), index)

const places: Record<CloudShape, Place> = {
  /** Gaussians around five centres on a circle of radius 2. */
  clusters(index) {
    const label = index % clusterCount
    return { point: onCircle(label / clusterCount, 2), label }
  },
  ring: (index, _, seed) => ({ point: onCircle(draw(seed, index)), label: null }),
  /** The first points, row by row, of the smallest square grid that has enough of them. */
  grid(index, count) {
    const side = Math.ceil(Math.sqrt(count))
    return { point: [index % side, Math.floor(index / side)], label: null }
  },
  /** Two half circles that reach into each other, as scikit-learn's make_moons. */
  moons(index, _, seed) {
    const label = index % 2
    const [x, y] = onCircle(draw(seed, index) / 2)
    return { point: label === 0 ? [x, y] : [1 - x, 0.5 - y], label }
  },
}

export function pointCloud(shape: CloudShape, count: number, seed: number): LabelledCloud {
  const values = normals(seed, 'derivation', streamOf('noise of the points'), 2 * count, noise[shape])
  const labels: number[] = []
  for (let index = 0; index < count; index++) {
    const { point, label } = places[shape](index, count, seed)
    values[2 * index]! += point[0]
    values[2 * index + 1]! += point[1]
    if (label !== null) labels.push(label)
  }
  return { count, width: 2, values, labels: labels.length > 0 ? labels : null, items: null }
}
