/** The curves of the shown runs, in buckets. Only curves that changed are read again, at most four times a second. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { Bucket } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord, Run } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import type { CurveMetric } from '../charts/quantity.ts'
import { throttle } from '../charts/throttle.ts'

const readIntervalMs = 250

export const useCurves = defineStore('curves', () => {
  const metric = ref<CurveMetric>('validation/loss')
  /** Points wanted per curve: about two per pixel of the chart. */
  const buckets = ref(2048)
  /** Weight of what came before in smoothed curves; 0: curves come as they were measured. */
  const smoothing = ref(0)
  /** Whether points come with the seconds at which they were reached. */
  const time = ref(false)
  /** By run; replaced, never changed in place. */
  const curves = shallowRef<ReadonlyMap<string, readonly Bucket[]>>(new Map())
  const error = shallowRef<ErrorRecord | null>(null)

  let shown: string[] = []
  /** Grows whenever answers to earlier questions no longer fit what is shown. */
  let generation = 0
  const changed = new Set<string>()
  let reading = false

  const request = throttle(() => void read(), readIntervalMs)

  async function read(): Promise<void> {
    if (reading || changed.size === 0) return
    const wanted = [...changed]
    const asked = generation
    changed.clear()
    reading = true
    try {
      const answer = await workbench.readCurves({
        runs: wanted,
        metric: metric.value,
        buckets: buckets.value,
        smoothing: smoothing.value,
        time: time.value,
      })
      if (asked !== generation) return
      const next = new Map(curves.value)
      for (const curve of answer) next.set(curve.run, curve.buckets)
      curves.value = next
      error.value = null
    } catch (problem) {
      if (asked === generation) error.value = errorRecord(problem)
    } finally {
      reading = false
      if (changed.size > 0) request.request()
    }
  }

  function readAll(): void {
    generation++
    for (const run of shown) changed.add(run)
    request.request()
  }

  function show(runs: readonly Run[]): void {
    shown = runs.map((run) => run.id)
    changed.clear()
    curves.value = new Map()
    error.value = null
    readAll()
  }

  function runChanged(before: Run, now: Run): void {
    const grown =
      metric.value !== 'train/loss'
        ? before.lastValidation?.step !== now.lastValidation?.step
        : before.step !== now.step
    if (!grown && before.state === now.state) return
    changed.add(now.id)
    request.request()
  }

  /**
   * Follows the width of the chart in powers of two, so that dragging a window edge reads nothing.
   * @param share of the axis that is shown: a part of it needs points as dense as all of it
   */
  function fitWidth(pixels: number, share = 1): void {
    const wanted = (2 * Math.max(1, pixels)) / share
    buckets.value = Math.min(4096, Math.max(256, 2 ** Math.ceil(Math.log2(wanted))))
  }

  watch(metric, () => {
    curves.value = new Map()
    readAll()
  })
  watch([buckets, smoothing, time], readAll)

  return { metric, buckets, smoothing, time, curves, error, show, runChanged, fitWidth }
})
