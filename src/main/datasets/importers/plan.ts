/**
 * What the files that were given would become: every importer is asked in turn for what it recognises by content,
 * and what nobody claims is read as text where it is text. To add a format, write its Importer and name it here.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { archiveImporter } from './archive/index.ts'
import { candidate, candidates } from './candidates.ts'
import { cifarImporter } from './cifar/index.ts'
import { classFolderImporter } from './classFolders/index.ts'
import { idxImporter } from './idx/index.ts'
import { refusedPlan } from './importer.ts'
import type { Candidate, Importer, ImportPlan } from './importer.ts'
import { npyImporter } from './npy/index.ts'
import { folderTexts, givenOf, sayingWhatIsLeftOut } from './folders.ts'
import type { GivenFile } from './source.ts'
import { tableImporter } from './tables/index.ts'
import { textFile } from './text/plainText.ts'
import { textPlan } from './text/plan.ts'

/** Image files go first, by their names: a later importer opens every file that is left. */
const ofFiles: readonly Importer[] = [
  ...[classFolderImporter, cifarImporter, npyImporter, idxImporter],
  tableImporter,
]
const importers: readonly Importer[] = [...ofFiles, archiveImporter((given) => planBy(ofFiles, given))]

/** One plan for each dataset that the given files and folders would become, in the order in which they were given. */
export const planImports = (given: readonly GivenFile[]): Promise<ImportPlan[]> => planBy(importers, given)

async function planBy(importers: readonly Importer[], given: readonly GivenFile[]): Promise<ImportPlan[]> {
  const files = (await Promise.all(given.map(candidates))).flat()
  const plans: ImportPlan[] = []
  let left: readonly Candidate[] = files
  for (const importer of importers) {
    const found = await importer.plans(left)
    plans.push(...found)
    const claimed = new Set(found.flatMap((plan) => plan.files))
    left = left.filter((file) => !claimed.has(file))
  }
  const isGiven = (file: Candidate) => file.path === file.given.path
  plans.push(...left.filter(isGiven).map(plainTextPlan))
  plans.push(...(await folderTexts(left, plans)))
  const good = new Set(plans.filter(({ refusal }) => !refusal).flatMap(givenOf))
  // A picture beside a dataset is no dataset that failed.
  const wanted = plans
    .filter((plan) => !plan.refusal || !givenOf(plan).some((one) => good.has(one)))
    .map((plan, _, all) => sayingWhatIsLeftOut(plan, all, files))
  const claimed = new Set(wanted.flatMap(givenOf))
  const unknown = given.filter((one) => !claimed.has(one)).map(unknownFolder)
  const positions = new Map(given.map((one, index) => [one, index]))
  const position = (plan: ImportPlan) =>
    plan.files.reduce((first, file) => Math.min(first, positions.get(file.given)!), Infinity)
  return [...wanted, ...unknown].sort((a, b) => position(a) - position(b))
}

const plainTextPlan = (file: Candidate): ImportPlan =>
  textPlan({ format: 'text', name: path.parse(file.name).name, files: [file], source: textFile(file) })

function unknownFolder(given: GivenFile): ImportPlan {
  return refusedPlan(
    {
      format: 'folder',
      kind: 'images',
      name: path.basename(given.name),
      files: [candidate(given, given, undefined)],
    },
    new WorkbenchError(
      'not-a-file',
      `${given.name} is a folder in which there is no dataset that is known here.`,
      'Import texts, tables with texts, a folder with a folder of images for each class, or images and labels as IDX, CIFAR or numpy have them.',
    ),
  )
}
