/** The entry of a thread that measures what a trainer recorded: see prober.ts for the other end. */
import { workerData } from 'node:worker_threads'
import { createMeasurer, type Failure } from '../../statistics/measuring/measure.ts'
import { measuresOf } from '../../statistics/measuring/measures.ts'
import { keyOf, type Recorded, type Recording } from '../../statistics/measuring/recording.ts'
import { answerQuestions } from '../../threads.ts'
import { packProbe } from '../packedProbe.ts'
import { keptOf } from './kept.ts'
import { weightsBefore, type LastStep } from './lastStep.ts'
import type { Measured, MeasuringPlan, MeasuringWork } from './work.ts'

const plan = workerData as MeasuringPlan
const all = measuresOf(plan.model)
const known = plan.statistics.flatMap((id) => (all[id] ? [[id, all[id]] as const] : []))

const told = new Set<string>()
let failures: Failure[] = []
const measure = createMeasurer(Object.fromEntries(known), (failure) => {
  if (told.has(failure.statistic)) return
  told.add(failure.statistic)
  failures.push(failure)
})

/** The weights before the last step, by `keyOf`. */
function before(arrays: MeasuringWork['arrays'], lastStep: LastStep): Record<string, Recorded> {
  const moments = Object.keys(arrays).filter((key) => key.startsWith('first/'))
  return Object.fromEntries(
    moments.map((key) => {
      const name = key.slice('first/'.length)
      const { shape, numbers } = arrays[keyOf({ source: 'weights', name })]!
      const keep = lastStep.decayed.has(name) ? lastStep.keep : 1
      const second = arrays[`second/${name}`]!.numbers
      return [
        keyOf({ source: 'before', name }),
        { shape, numbers: weightsBefore(numbers, arrays[key]!.numbers, second, lastStep, keep) },
      ]
    }),
  )
}

answerQuestions(({ step, arrays, lastStep }: MeasuringWork): Measured => {
  const recording: Recording = {
    ...plan,
    isFirst: lastStep === undefined,
    arrays: lastStep ? { ...arrays, ...before(arrays, lastStep) } : arrays,
  }
  const measurements = measure(recording, step)
  const measured: Measured = {
    ...{ step, measurements, failures },
    ...(plan.kept && { probe: packProbe({ step, tensors: keptOf(recording, plan.kept) }) }),
  }
  failures = []
  return measured
})
