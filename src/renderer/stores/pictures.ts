/** Pictures of the person's own that every vision transformer of one seed classifies, side by side. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Prediction, PredictionRequest, Source } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { droppedFiles, named, sourceOfFiles, workbench } from '../api/index.ts'
import type { DroppedFile } from '../api/index.ts'
import { askInTurn } from './asking.ts'
import { useExperiment } from './experiment.ts'
import { useInspection } from './inspection.ts'

export const usePictures = defineStore('pictures', () => {
  const experiment = useExperiment()
  const inspection = useInspection()

  const files = shallowRef<readonly DroppedFile[]>([])
  /** By run. */
  const predictions = shallowRef<ReadonlyMap<string, Prediction>>(new Map())
  /** What is wrong with one model, by run. */
  const problems = shallowRef<ReadonlyMap<string, ErrorRecord>>(new Map())
  /** What is wrong with the pictures. */
  const error = shallowRef<ErrorRecord | null>(null)
  const asking = ref(false)
  const isAsked = computed(() => files.value.length > 0)

  /** Grows with every question, so that late answers to earlier ones are dropped. */
  let asked = 0
  async function ask(): Promise<void> {
    const question = ++asked
    const isWanted = () => question === asked
    const given = files.value
    error.value = null
    const left = inspection.runs.filter(({ id }) => !predictions.value.has(id))
    asking.value = given.length > 0 && left.length > 0
    if (!asking.value) return
    const wrong = await askInTurn(
      left,
      async ({ id }) => {
        const images = imagesOf(await sourceOfFiles(given)) // for each model anew: an upload is consumed
        const prediction = await workbench.predictRun({ run: id, images })
        if (isWanted()) predictions.value = new Map(predictions.value).set(id, prediction)
      },
      ({ id }, problem) => (problems.value = new Map(problems.value).set(id, problem)),
      isWanted,
    )
    if (!isWanted()) return
    asking.value = false
    error.value = wrong
  }

  async function take(chosen: readonly DroppedFile[]): Promise<void> {
    if (chosen.length === 0) return
    clear()
    files.value = chosen
    await ask()
  }
  const takeFiles = (chosen: Iterable<File>) => take([...chosen].map(named))
  /** Call it while the drop is handled: what it carries is gone when the event is over. */
  async function takeDrop(data: DataTransfer): Promise<void> {
    try {
      await take(await droppedFiles(data))
    } catch (problem) {
      error.value = errorRecord(problem)
    }
  }

  function clear(): void {
    asked++
    asking.value = false
    files.value = []
    predictions.value = new Map()
    problems.value = new Map()
    error.value = null
  }
  watch(() => experiment.currentId, clear)
  /** Another seed has other models. */
  watch(
    () => inspection.runs.map(({ id }) => id).join(' '),
    () => void (isAsked.value && ask()),
  )

  return { files, predictions, problems, error, asking, isAsked, takeFiles, takeDrop, clear }
})

function imagesOf(source: Source): PredictionRequest['images'] {
  if (source.kind === 'paths') return source.paths.map((path) => ({ kind: 'path', path }))
  return source.kind === 'uploads' ? source.uploads.map((upload) => ({ kind: 'upload', upload })) : []
}
