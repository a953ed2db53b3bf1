/** A prompt that every language model of one seed continues, side by side. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { readPrompt, type PromptDraft, type WantedText } from '../logic/prompts.ts'
import { askInTurn } from './asking.ts'
import { useExperiment } from './experiment.ts'
import { useInspection } from './inspection.ts'

export interface Continuation {
  state: 'waiting' | 'writing' | 'written' | 'failed'
  prompt: string
  /** As far as it is written. */
  text: string
  /** Of the checkpoint that wrote it; null while it writes. */
  step: number | null
  error: ErrorRecord | null
}

const defaultTokens = 200

export const useContinuations = defineStore('continuations', () => {
  const experiment = useExperiment()
  const inspection = useInspection()

  const draft = reactive<PromptDraft>({ prompt: '', tokens: '', temperature: '', topK: '', seed: '0' })
  const reading = computed(() => readPrompt(draft))
  const problems = computed(() => ('problems' in reading.value ? reading.value.problems : {}))
  /** By run. */
  const texts = ref<Record<string, Continuation>>({})
  /** What is wrong with the prompt as the models see it. */
  const error = shallowRef<ErrorRecord | null>(null)
  const asking = ref(false)

  /** Grows with every question, so that late answers to earlier ones are dropped. */
  let asked = 0
  async function ask(): Promise<void> {
    if (!('wanted' in reading.value) || asking.value) return
    const question = ++asked
    const { wanted } = reading.value
    const isWanted = () => question === asked
    const runs = [...inspection.runs]
    texts.value = Object.fromEntries(
      runs.map(({ id }) => [
        id,
        { state: 'waiting', prompt: wanted.prompt, text: '', step: null, error: null },
      ]),
    )
    error.value = null
    asking.value = true
    const wrong = await askInTurn(
      runs,
      ({ id }) => write(id, wanted, isWanted),
      ({ id }, problem) => change(id, { state: 'failed', error: problem }),
      isWanted,
    )
    if (!isWanted()) return
    asking.value = false
    error.value = wrong
    if (wrong) texts.value = {}
  }

  async function write(run: string, wanted: WantedText, isWanted: () => boolean): Promise<void> {
    const request = crypto.randomUUID()
    change(run, { state: 'writing' })
    const unsubscribe = workbench.subscribe('sampleProgress', (progress) => {
      const own = texts.value[run]
      if (progress.request === request && own && isWanted()) own.text += progress.text
    })
    try {
      const { text, step } = await workbench.sampleRun({ run, ...wanted, request })
      if (isWanted()) change(run, { state: 'written', text, step })
    } finally {
      unsubscribe()
    }
  }

  function change(run: string, what: Partial<Continuation>): void {
    const own = texts.value[run]
    if (own) Object.assign(own, what)
  }

  watch(
    () => [experiment.currentId, experiment.runs[0]?.configuration.samplePrompt] as const,
    ([id, samplePrompt], earlier) => {
      if (samplePrompt === undefined || (earlier && id === earlier[0] && earlier[1] !== undefined)) return
      const { sampleTokens, temperature, topK } = experiment.runs[0]!.configuration
      Object.assign(draft, {
        prompt: samplePrompt,
        tokens: String(sampleTokens || defaultTokens),
        temperature: String(temperature),
        topK: String(topK),
        seed: '0',
      })
      asked++
      asking.value = false
      texts.value = {}
      error.value = null
    },
    { immediate: true },
  )

  return { draft, problems, texts, error, asking, ask }
})
