/** Curves from elsewhere beside those of the shown experiment, as far as they belong to the shown metric. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { CallOutput } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import { workbench } from '../api/index.ts'
import { useCurves } from './curves.ts'
import { useExperiment } from './experiment.ts'

export type ReferenceCurve = CallOutput<'readReferences'>[number]

export const useReferences = defineStore('references', () => {
  const curves = useCurves()
  const experiment = useExperiment()
  const all = shallowRef<readonly ReferenceCurve[]>([])
  /** Ids of those that are not drawn. */
  const hidden = ref<string[]>([])

  async function read(): Promise<void> {
    const [id, metric] = [experiment.currentId, curves.metric]
    if (id === null) return void (all.value = [])
    try {
      const found = await workbench.readReferences({ experiment: id, metric, buckets: 1000 })
      if (id === experiment.currentId && metric === curves.metric) all.value = found
    } catch (problem) {
      if (id === experiment.currentId) experiment.error = errorRecord(problem)
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await workbench.removeReference({ id })
      await read()
    } catch (problem) {
      experiment.error = errorRecord(problem)
    }
  }

  function toggle(id: string): void {
    hidden.value = hidden.value.includes(id)
      ? hidden.value.filter((other) => other !== id)
      : [...hidden.value, id]
  }

  watch([() => experiment.currentId, () => curves.metric], () => void read(), { immediate: true })
  workbench.subscribe('experimentsChanged', () => void read())

  return { all, hidden, remove, toggle }
})
