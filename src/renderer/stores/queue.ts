/** What waits beyond the experiment that is shown: runs that were cut short, notices of the home, the plan of the composer. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ExperimentRequest } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import { endedStates, type ErrorRecord, type Experiment, type Run } from '../../shared/experiment.ts'
import type { ExperimentLabels, Plan, Queue, RunLabels } from '../../shared/queue.ts'
import { workbench } from '../api/index.ts'
import { useExperiment } from './experiment.ts'
import { useNotifications } from './notifications.ts'

export const useQueue = defineStore('queue', () => {
  const experiment = useExperiment()
  const notifications = useNotifications()
  /** What a person should know since the start, such as a database that was recovered. */
  const notices = shallowRef<ErrorRecord[]>([])
  /** Runs that the end of an earlier workbench cut short; offered once. */
  const interrupted = shallowRef<Run[]>([])
  /** What pressing Run would queue; null until it is known. */
  const plan = shallowRef<Plan | null>(null)
  const measuring = ref(false)
  /** The run or the experiment whose name, tags and notes are being written. */
  const labelled = shallowRef<Run | Experiment | null>(null)

  /** How many runs share the cores; null: automatic. */
  const concurrency = ref<number | null>(null)
  const automaticConcurrency = ref(0)

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      experiment.error = null
      return await work()
    } catch (problem) {
      experiment.error = errorRecord(problem)
      return undefined
    }
  }

  async function load(): Promise<void> {
    notices.value = await workbench.readNotices({})
    const queue = await workbench.readQueue({})
    interrupted.value = queue.interrupted
    takeConcurrency(queue)
  }

  /** One that was resumed elsewhere is not offered any more. */
  function follow(): void {
    workbench.subscribe('runChanged', (run) => {
      if (run.state === 'interrupted' || !interrupted.value.some(({ id }) => id === run.id)) return
      interrupted.value = interrupted.value.filter(({ id }) => id !== run.id)
    })
  }

  function takeConcurrency(queue: Queue): void {
    concurrency.value = queue.concurrency
    automaticConcurrency.value = queue.automaticConcurrency
  }
  /** The command line may have set it. */
  const readConcurrency = () => attempt(async () => takeConcurrency(await workbench.readQueue({})))
  const setConcurrency = (wanted: number | null) =>
    attempt(async () => takeConcurrency(await workbench.setConcurrency({ concurrency: wanted })))

  /** In the order of the queue. */
  const resumeInterrupted = () =>
    attempt(async () => {
      const runs = interrupted.value
      interrupted.value = []
      for (const { id } of runs) await workbench.resumeRun({ id })
    })
  const pause = (run: Run) => attempt(() => workbench.pauseRun({ id: run.id }))
  /** Takes all runs that train or wait out of the queue. */
  const pauseAll = () =>
    attempt(async () => {
      for (const run of await workbench.listRuns({}))
        if (!endedStates.has(run.state)) await workbench.pauseRun({ id: run.id })
    })
  /** In the order in which they were planned. */
  const resumeAll = () =>
    attempt(async () => {
      const paused = (await workbench.listRuns({})).filter(({ state }) => state === 'paused')
      for (const { id } of paused.sort((a, b) => a.place - b.place)) await workbench.resumeRun({ id })
    })
  const restart = (run: Run) => attempt(() => workbench.resumeRun({ id: run.id, fromStart: true }))
  const toFront = (run: Run) => attempt(() => workbench.moveRun({ id: run.id, position: 0 }))
  /** One place towards the beginning (−1) or the end (1) of the queue. */
  const move = (run: Run, by: -1 | 1) =>
    attempt(async () => {
      const { runs } = await workbench.readQueue({})
      const position = runs.findIndex(({ id }) => id === run.id) + by
      if (position >= 0 && position < runs.length) await workbench.moveRun({ id: run.id, position })
    })

  const label = (target: Run | Experiment, labels: RunLabels & ExperimentLabels) =>
    attempt<Run | Experiment>(() =>
      'state' in target
        ? workbench.labelRun({ id: target.id, ...labels })
        : workbench.labelExperiment({ id: target.id, ...labels }),
    )
  const remove = (target: Experiment) =>
    attempt(async () => {
      await workbench.deleteExperiment({ id: target.id })
      experiment.forget(target.id)
      notifications.offerUndo(`Deleted “${target.name}”`, () => restore(target))
    })
  const restore = (target: Experiment) =>
    attempt(async () => {
      await workbench.restoreExperiment({ id: target.id })
      await experiment.loadHistory()
      await experiment.open(target.id)
    })

  let asked = 0
  /** Reads what is known of a request; `measure` also tries a few steps of what is not. */
  async function readPlan(request: ExperimentRequest | null, measure = false): Promise<void> {
    const mine = ++asked
    plan.value = null
    if (!request) return
    measuring.value = measure
    try {
      const found = await workbench.planExperiment({ ...request, measure })
      if (mine === asked) plan.value = found
    } catch (problem) {
      // what cannot be planned is refused when it is started; what was asked for is told
      if (measure && mine === asked) experiment.error = errorRecord(problem)
    } finally {
      if (mine === asked) measuring.value = false
    }
  }

  return {
    notices,
    interrupted,
    plan,
    measuring,
    labelled,
    concurrency,
    automaticConcurrency,
    readConcurrency,
    setConcurrency,
    load,
    follow,
    resumeInterrupted,
    pause,
    pauseAll,
    resumeAll,
    restart,
    toFront,
    move,
    label,
    remove,
    readPlan,
  }
})
