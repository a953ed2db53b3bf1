/** The variants of the shown experiment, each as it is named and drawn. */
import { computed, type ComputedRef } from 'vue'
import type { DrawnVariant } from '../charts/palette.ts'
import { useCatalogue } from './catalogue.ts'
import { useExperiment } from './experiment.ts'

export function useShownVariants(): ComputedRef<readonly DrawnVariant[]> {
  const catalogue = useCatalogue()
  const experiment = useExperiment()
  return computed(() =>
    (experiment.current?.attentions ?? []).map((id) => ({
      ...{ id, name: catalogue.variantName(id) },
      style: experiment.styles.get(id)!,
    })),
  )
}
