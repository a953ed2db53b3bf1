/** What every random choice begins with. */
import './without-eval.ts'
import { z } from 'zod'

export const largestSeed = 2 ** 31 - 1
export const seedSchema = z.number().int().min(0).max(largestSeed)
