/** What a folder is beside the formats that importers know: texts, and files that belong to no dataset. */
import path from 'node:path'
import type { Candidate, ImportPlan } from './importer.ts'
import type { GivenFile } from './source.ts'
import { leftOutNote, textFolder } from './text/folder.ts'
import { looksLikeText } from './text/guessEncoding.ts'
import { textPlan } from './text/plan.ts'

export const givenOf = (plan: ImportPlan): GivenFile[] => plan.files.map(({ given }) => given)

/**
 * One plan for each folder that was given, of which no importer made a dataset and that holds texts. Where something in
 * it cannot be imported, the texts must be more than that: a README beside pictures is not what was meant.
 */
export async function folderTexts(
  left: readonly Candidate[],
  plans: readonly ImportPlan[],
): Promise<ImportPlan[]> {
  const found: ImportPlan[] = []
  const inside = left.filter((file) => file.path !== file.given.path)
  for (const [folder, own] of Map.groupBy(inside, ({ given }) => given)) {
    const others = plans.filter((plan) => givenOf(plan).includes(folder))
    if (others.some(({ refusal }) => !refusal)) continue
    const texts: Candidate[] = []
    for (const file of own) if (await looksLikeText(await file.head())) texts.push(file)
    const refused = others.flatMap((plan) => plan.files.filter(({ given }) => given === folder))
    if (!texts.some(({ size }) => size > 0) || texts.length <= refused.length) continue
    const name = path.basename(path.resolve('/', folder.name))
    found.push(textPlan({ format: 'folder of texts', name, files: texts, source: textFolder(texts) }))
  }
  return found
}

/** `plan`, whose dataset names what else is in its folders and in none of `plans`. */
export function sayingWhatIsLeftOut(
  plan: ImportPlan,
  plans: readonly ImportPlan[],
  files: readonly Candidate[],
): ImportPlan {
  const folders = new Set(givenOf(plan))
  const claimed = new Set(plans.flatMap((one) => one.files))
  const others = files.filter(
    (file) => file.path !== file.given.path && folders.has(file.given) && !claimed.has(file),
  )
  if (others.length === 0) return plan
  const names = others.map((file) => path.relative(file.given.name, file.name))
  return {
    ...plan,
    async write(folder, options) {
      const content = await plan.write(folder, options)
      return { ...content, notes: [...(content.notes ?? []), ...leftOutNote(names, 'not part of it')] }
    },
  }
}
