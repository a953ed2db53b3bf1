/**
 * The attention variants that a person can choose: the built-in ones, and combinations of axes of their own, one file
 * <home>/variants/<id>.json each. The files are read at every call, since another process may have written one.
 */
import fs from 'node:fs'
import path from 'node:path'
import { choicesOf, contradiction, ownVariantSchema, type OwnVariant } from '../../shared/attention.ts'
import { ownVariantRow } from '../../shared/catalogue/ownVariants.ts'
import { variants as builtIn } from '../../shared/catalogue/variants.ts'
import type { Variant } from '../../shared/contract.ts'
import { mlpOnly } from '../../shared/derivation.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'
import { knownNames, newIdentifier } from './identifiers.ts'
import { issuesOf } from './issues.ts'

/** Where the own variants of a home lie. */
export const variantsFolder = (home: string): string => path.join(home, 'variants')

/** A variant is a few lines: whatever is larger is something else. */
const largestFileBytes = 64 * 1024

export interface Variants {
  /** The built-in ones, then the person's own by id; and what is wrong with files that are not among them. */
  read(): { variants: Variant[]; problems: string[] }
  /** Writes or replaces an own variant. @throws WorkbenchError invalid-request, disk-full or home-unwritable */
  save(own: OwnVariant): Variant
  /** Runs keep their axes in their own records. @throws WorkbenchError unknown-attention or invalid-request */
  remove(id: string): void
}

/** `folder` need not be there. */
export function openVariants(folder: string): Variants {
  const fileOf = (id: string) => path.join(folder, `${id}.json`)
  const ownIds = () =>
    (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? fs.readdirSync(folder) : [])
      .filter((name) => name.endsWith('.json'))
      .map((name) => path.basename(name, '.json'))
      .sort()

  function readOwn(id: string): Variant {
    const own = readVariantFile(fileOf(id))
    if (own.id !== id)
      throw invalid(`${fileOf(id)} names the variant "${own.id}".`, `Rename it to ${own.id}.json.`)
    refuseUnusable(own)
    return ownVariantRow(own)
  }

  return {
    read() {
      const problems: string[] = []
      const own = ownIds().flatMap((id) => {
        try {
          return readOwn(id)
        } catch (error) {
          problems.push(error instanceof WorkbenchError ? `${error.message} ${error.hint}` : String(error))
          return []
        }
      })
      return { variants: [...builtIn, ...own], problems }
    },

    save(own) {
      refuseUnusable(own)
      const file = fileOf(own.id)
      const text = JSON.stringify({ ...own, axes: choicesOf(own.axes) }, null, 2)
      try {
        fs.mkdirSync(folder, { recursive: true })
        writeWhole(file, `${text}\n`)
      } catch (error) {
        if (lacksRoom(error)) throw diskFull(`the variant ${file}`)
        throw new WorkbenchError(
          'home-unwritable',
          `The variant could not be written to ${file}: ${(error as Error).message}.`,
          'Check the permissions and the free space of that folder, or choose another home with --home.',
        )
      }
      return ownVariantRow(own)
    },

    remove(id) {
      if (isBuiltIn(id)) throw invalid(`"${id}" is a built-in variant.`, 'Only own variants can be removed.')
      const ids = ownIds()
      if (!ids.includes(id))
        throw new WorkbenchError('unknown-attention', `There is no own variant "${id}".`, knownNames(id, ids))
      fs.rmSync(fileOf(id), { force: true })
    },
  }
}

/**
 * What a person wrote into a JSON file.
 * @throws WorkbenchError file-missing, file-unreadable, not-a-file, file-too-large or invalid-request
 */
export function readVariantFile(file: string): OwnVariant {
  const parsed = ownVariantSchema.safeParse(readJson(file))
  if (parsed.success) return parsed.data
  throw invalid(
    `${file} describes no attention variant: ${issuesOf(parsed.error)}.`,
    'It needs "id" and "axes", such as {"id": "my-variant", "axes": {"score": "cosine", "operator": "laplacian"}}.',
  )
}

function readJson(file: string): unknown {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (!stat) throw new WorkbenchError('file-missing', `There is no file ${file}.`, 'Check the path.')
  if (!stat.isFile()) throw new WorkbenchError('not-a-file', `${file} is not a file.`, 'Name a JSON file.')
  if (stat.size > largestFileBytes)
    throw new WorkbenchError(
      'file-too-large',
      `${file} has ${stat.size} bytes; a variant has at most ${largestFileBytes}.`,
      'Name the JSON file of a variant.',
    )
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new WorkbenchError(
      'file-unreadable',
      `${file} could not be read as JSON: ${(error as Error).message}.`,
      'Correct the file.',
    )
  }
}

/** The whole text or none of it, whatever happens on the way. */
function writeWhole(file: string, text: string): void {
  const partial = `${file}.${newIdentifier()}`
  try {
    fs.writeFileSync(partial, text, { flush: true })
    fs.renameSync(partial, file)
  } catch (error) {
    fs.rmSync(partial, { force: true })
    throw error
  }
}

const isBuiltIn = (id: string) => builtIn.some((variant) => variant.id === id)

/** @throws WorkbenchError invalid-request */
function refuseUnusable({ id, axes }: OwnVariant): void {
  if (isBuiltIn(id)) throw invalid(`"${id}" is the name of a built-in variant.`, 'Choose another id.')
  if (id === mlpOnly) throw invalid(`"${id}" means a block without attention.`, 'Choose another id.')
  const contradicted = contradiction(axes)
  if (contradicted) throw invalid(`"${id}" contradicts itself: ${contradicted}.`, 'Change one of these axes.')
}

const invalid = (message: string, hint: string) => new WorkbenchError('invalid-request', message, hint)
