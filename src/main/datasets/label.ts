/**
 * label.json: the name and the tags that a person gave to a dataset. They are kept apart from meta.json, the record of
 * the content, so that giving a name can damage nothing: where the file is missing or broken, the name is the record's.
 */
import fs from 'node:fs'
import path from 'node:path'
import { labelChangeSchema } from '../../shared/library.ts'
import type { LabelChange } from '../../shared/library.ts'

export const labelFile = 'label.json'

export function readLabel(folder: string): LabelChange {
  try {
    return labelChangeSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, labelFile), 'utf8')))
  } catch {
    return {}
  }
}

/** Replaces the label of before. On the disk when it returns; whoever reads meanwhile finds the old label or the new one. */
export function writeLabel(folder: string, label: LabelChange): void {
  const file = path.join(folder, labelFile)
  const partial = `${file}.${process.pid}`
  try {
    fs.writeFileSync(partial, `${JSON.stringify(label, null, 2)}\n`, { flush: true })
    fs.renameSync(partial, file)
  } catch (error) {
    fs.rmSync(partial, { force: true })
    throw error
  }
}

/** Bytes of the files in `folder`; of what disappears meanwhile none. */
export function bytesIn(folder: string): number {
  const sizeOf = (name: string) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return fs.readdirSync(folder).reduce((sum, name) => sum + sizeOf(name), 0)
}
