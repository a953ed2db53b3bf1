/** What the calls of every subject are made of. */
import '../without-eval.ts'
import { z } from 'zod'

export const id = z.string().min(1).max(200)

/** The most files that a browser may upload for one import: more are better named by their folder's path. */
export const mostUploads = 50_000
export const pathSourceSchema = z.object({ kind: z.literal('path'), path: z.string().min(1).max(4096) })
export const uploadSourceSchema = z.object({ kind: z.literal('upload'), upload: id })
/** One file, or one folder. */
export const givenSchema = z.discriminatedUnion('kind', [pathSourceSchema, uploadSourceSchema])

export const call = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  input,
  output,
})
