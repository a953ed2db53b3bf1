/**
 * Random numbers for statistics that need some: directions, pairs, Gaussian samples. They are given, never made here;
 * the caller binds them to a seed (src/main/engine/random.ts), and the same name has the same numbers every time, so
 * that variants and steps are measured with the same draws.
 */
export interface Draws {
  /** `count` draws from N(0, 1). */
  normals(name: string, count: number): Float64Array | Float32Array
  /** The draw of this index from the uniform distribution on [0, 1). */
  uniform(name: string, index: number): number
}
