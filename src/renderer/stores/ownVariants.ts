/** The person's own variants: the one being made or changed, the one about to be deleted, and files of variants. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { ownVariantSchema, standardAxes, type OwnVariant } from '../../shared/attention.ts'
import type { Variant } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import type { VariantDraft } from '../logic/axes.ts'
import { useCatalogue } from './catalogue.ts'
import { useComposer } from './composer.ts'

/** A file of a variant is small: what is larger is a dataset. */
const largestFileBytes = 64 * 1024

export const useOwnVariants = defineStore('own-variants', () => {
  const catalogue = useCatalogue()
  const composer = useComposer()

  const draft = ref<VariantDraft | null>(null)
  /** Whether the draft is of a variant that is there already: its id stays. */
  const edits = ref(false)
  const doomed = shallowRef<Variant | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const saving = ref(false)

  function open(value: VariantDraft, existing: boolean): void {
    error.value = null
    edits.value = existing
    draft.value = value
  }
  const create = () => open({ id: '', name: '', meaning: '', axes: structuredClone(standardAxes) }, false)
  const edit = ({ id, name, meaning, axes }: Variant) =>
    open({ id, name, meaning, axes: structuredClone(axes) }, true)

  /** Saves it, and chooses it where it is new. @throws WorkbenchError */
  async function keep(variant: OwnVariant): Promise<void> {
    await workbench.saveVariant(variant)
    await catalogue.loadVariants()
    if (!composer.attentions.includes(variant.id)) composer.toggle(variant.id)
  }

  async function save(variant: OwnVariant): Promise<void> {
    if (saving.value) return
    saving.value = true
    try {
      await keep(variant)
      draft.value = null
    } catch (problem) {
      error.value = errorRecord(problem)
    } finally {
      saving.value = false
    }
  }

  async function remove(variant: Variant): Promise<void> {
    try {
      await workbench.removeVariant({ id: variant.id })
      await catalogue.loadVariants()
      error.value = null
    } catch (problem) {
      error.value = errorRecord(problem)
    }
  }

  /** Takes a dropped file that describes a variant into the catalogue; false where it is something else. */
  async function takeFile(file: File): Promise<boolean> {
    if (!file.name.toLowerCase().endsWith('.json') || file.size > largestFileBytes) return false
    const variant = await readVariant(file)
    if (variant === null) return false
    try {
      await keep(variant)
      error.value = null
    } catch (problem) {
      error.value = errorRecord(problem)
    }
    return true
  }

  return { draft, edits, doomed, error, saving, create, edit, save, remove, takeFile }
})

/** The variant that a file describes; null where it describes none. */
async function readVariant(file: File): Promise<OwnVariant | null> {
  try {
    return ownVariantSchema.safeParse(JSON.parse(await file.text())).data ?? null
  } catch {
    return null // not JSON: a text like any other
  }
}
