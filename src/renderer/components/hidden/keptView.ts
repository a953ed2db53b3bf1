/** What the views of kept hidden states have in common: what can be chosen, and why there may be nothing to see. */
import { computed } from 'vue'
import { whyNothingKept } from '../../logic/hidden/kept.ts'
import { useCatalogue } from '../../stores/catalogue.ts'
import { useExperiment } from '../../stores/experiment.ts'
import { useKeptStates } from '../../stores/keptStates.ts'

/**
 * Call it in the setup of the component that shows them: it follows the runs.
 * @param goesOn whether any of them still trains
 */
export function useKeptView(goesOn: () => boolean) {
  const catalogue = useCatalogue()
  const experiment = useExperiment()
  const kept = useKeptStates()
  const { error: listError } = kept.follow()
  /** Null where there is something. */
  const empty = computed(() =>
    kept.steps.length > 0
      ? null
      : whyNothingKept('hidden states', experiment.runs, { isRead: kept.isRead, goesOn: goesOn() }),
  )
  const layers = computed(() => kept.layers.map((value) => ({ value, label: String(value) })))
  const variants = computed(() =>
    kept.variants.map((value) => ({ value, label: catalogue.variantName(value) })),
  )
  return { kept, listError, empty, layers, variants }
}
