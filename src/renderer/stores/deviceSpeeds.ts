/** How fast each device trains what is composed: known from earlier runs, or measured by trying a few steps. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { DeviceReport, ExperimentRequest } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { DeviceChoice, ErrorRecord } from '../../shared/experiment.ts'
import type { VariantEstimate } from '../../shared/queue.ts'
import { workbench } from '../api/index.ts'
import { useCatalogue } from './catalogue.ts'
import { useComposer } from './composer.ts'

/** In the setup of the page that shows it. */
export function useDeviceSpeeds() {
  const catalogue = useCatalogue()
  const composer = useComposer()
  const speeds = shallowRef<ReadonlyMap<string, VariantEstimate>>(new Map())
  const failures = shallowRef<ReadonlyMap<string, ErrorRecord>>(new Map())
  /** Id of the device that is being measured. */
  const measuring = ref<string | null>(null)
  /** One run of the first variant: it has all cores. Null where nothing can be run as it is composed. */
  const workload = computed<ExperimentRequest | null>(() => {
    const { request } = composer
    return (
      request && { ...request, attentions: request.attentions.slice(0, 1), seeds: request.seeds.slice(0, 1) }
    )
  })

  async function ask(device: string, measure: boolean): Promise<void> {
    const asked = workload.value
    if (!asked) return
    const { estimate } = await workbench.planExperiment({
      ...asked,
      ...{ device: device as DeviceChoice, measure },
    })
    const [found] = estimate.variants
    if (found && asked === workload.value) speeds.value = new Map(speeds.value).set(device, found)
  }

  async function measure({ id }: DeviceReport): Promise<void> {
    if (measuring.value !== null) return
    measuring.value = id
    const others = new Map(failures.value)
    others.delete(id)
    failures.value = others
    try {
      await ask(id, true)
    } catch (problem) {
      failures.value = new Map(failures.value).set(id, errorRecord(problem))
    } finally {
      measuring.value = null
    }
  }

  watch(
    workload,
    async () => {
      speeds.value = new Map()
      failures.value = new Map()
      for (const { id, available } of catalogue.devices) if (available) await ask(id, false).catch(() => {}) // what cannot be planned has no speed
    },
    { immediate: true },
  )
  return { workload, speeds, failures, measuring, measure }
}
