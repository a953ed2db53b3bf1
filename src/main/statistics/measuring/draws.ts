/** The random numbers of the statistics: always the same, so that variants, seeds and steps are measured alike. */
import { normals, streamOf, uniformAt } from '../../engine/random.ts'
import type { Draws } from '../draws.ts'

const seed = 0

/** Draws are kept: thousands of clouds ask for the same directions and samples. The first n of any count are the same. */
export function seededDraws(): Draws {
  const known = new Map<string, Float32Array>()
  const uniforms = new Map<string, number[]>()
  return {
    normals(name, count) {
      let drawn = known.get(name)
      if (drawn === undefined || drawn.length < count) {
        drawn = normals(seed, 'statistics', streamOf(name), count, 1)
        known.set(name, drawn)
      }
      return drawn.subarray(0, count)
    },
    uniform(name, index) {
      let drawn = uniforms.get(name)
      if (drawn === undefined) uniforms.set(name, (drawn = []))
      for (const stream = drawn.length > index ? 0 : streamOf(name); drawn.length <= index;)
        drawn.push(uniformAt(seed, 'statistics', stream, drawn.length))
      return drawn[index]!
    },
  }
}
