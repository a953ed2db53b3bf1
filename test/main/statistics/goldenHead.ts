/** Queries, keys and values of theory section 5: one head of three tokens with d = 2. */
import { matrixOf } from '../../../src/main/statistics/matrix.ts'

export const goldenQueries = matrixOf([
  [1, 0],
  [0.5, -1],
  [-1, 2],
])
export const goldenKeys = matrixOf([
  [0.5, 1],
  [1, -0.5],
  [0, 1.5],
])
export const goldenValues = matrixOf([
  [1, 2],
  [3, -1],
  [0, 4],
])
