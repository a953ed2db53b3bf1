/** Validation curves of the runs in view, small: asked for together, and again only for runs that were evaluated since. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Run } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { throttle } from '../charts/throttle.ts'
import { sparklineOf, type Sparkline } from '../logic/runs/sparkline.ts'

/** A calm pace: rows are read, not watched. */
const readIntervalMs = 500
/** More points than this do not show in so few pixels. */
const buckets = 48

export const useSparklines = defineStore('sparklines', () => {
  /** By run; replaced, never changed in place. */
  const lines = shallowRef<ReadonlyMap<string, Sparkline>>(new Map())
  /** The evaluation up to which each is drawn. */
  const drawn = new Map<string, number | null>()
  let inView: readonly Run[] = []
  let reading = false

  const evaluated = ({ lastValidation }: Run) => lastValidation?.step ?? null
  const outdated = () => inView.filter((run) => drawn.get(run.id) !== evaluated(run))

  const request = throttle(() => void read(), readIntervalMs)
  async function read(): Promise<void> {
    const wanted = outdated()
    if (reading || wanted.length === 0) return
    reading = true
    try {
      const curves = await workbench.readCurves({
        runs: wanted.map(({ id }) => id),
        metric: 'validation/loss',
        buckets,
      })
      const next = new Map(lines.value)
      wanted.forEach((run, index) => {
        next.set(run.id, sparklineOf(curves[index]!.buckets, run.steps))
        drawn.set(run.id, evaluated(run))
      })
      lines.value = next
    } catch {
      // They are an ornament of the table, which says itself what cannot be read.
      for (const run of wanted) drawn.set(run.id, evaluated(run))
    } finally {
      reading = false
      if (outdated().length > 0) request.request()
    }
  }

  /** Call it whenever other rows come into view, or runs change. */
  function show(runs: readonly Run[]): void {
    inView = runs
    if (outdated().length > 0) request.request()
  }

  return { lines, show }
})
