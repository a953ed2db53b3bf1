/**
 * health.json: what an examination found, kept beside the dataset so that it is computed once. A file of another version,
 * or one that cannot be read, counts as none.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { healthSchema } from '../../../shared/health.ts'
import type { Health } from '../../../shared/health.ts'

export const healthFile = 'health.json'
/** To be raised where an examination finds something else than before. */
export const healthVersion = 1

const keptSchema = z.object({ version: z.literal(healthVersion), health: healthSchema })

export async function readKept(folder: string): Promise<Health | undefined> {
  try {
    const text = await fs.readFile(path.join(folder, healthFile), 'utf8')
    return keptSchema.parse(JSON.parse(text)).health
  } catch {
    return undefined
  }
}

/** Whoever reads meanwhile finds the old file or the new one. */
export async function keep(folder: string, health: Health): Promise<void> {
  const file = path.join(folder, healthFile)
  const partial = `${file}.${process.pid}`
  await fs.writeFile(partial, `${JSON.stringify({ version: healthVersion, health }, null, 2)}\n`, {
    flush: true,
  })
  await fs.rename(partial, file)
}
