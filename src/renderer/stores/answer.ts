/**
 * The answer to a question that changes: of another step, another layer, a run that went on. One question at a time, at most
 * a few a second; the last one is always asked, and what is shown stays until its answer comes.
 */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { throttle } from '../charts/throttle.ts'

const askIntervalMs = 200

export interface Answer<Question, Reply> {
  /** With the question that it answers; null before the first one, and where nothing is asked. */
  answer: ShallowRef<{ question: Question; reply: Reply } | null>
  error: ShallowRef<ErrorRecord | null>
  /** Whether an answer, or an error, has come. */
  isRead: Ref<boolean>
  /** Whether what is shown answers what is asked now. */
  isCurrent: ComputedRef<boolean>
}

/**
 * Call it in the setup of the component that looks.
 * @param question null asks nothing, and shows nothing
 * @param also grows or changes where the same question has another answer
 */
export function useAnswer<Question, Reply>(
  question: () => Question | null,
  ask: (question: Question) => Promise<Reply>,
  also: () => unknown = () => null,
): Answer<Question, Reply> {
  const answer = shallowRef<{ question: Question; reply: Reply } | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const isRead = ref(false)
  const key = computed(() => JSON.stringify([question(), also()]))
  const answered = ref('')

  let asking = false
  async function read(): Promise<void> {
    if (asking) return
    asking = true
    const [asked, itsKey] = [question(), key.value]
    try {
      const reply = asked === null ? null : await ask(asked)
      answer.value = asked === null ? null : { question: asked, reply: reply as Reply }
      error.value = null
    } catch (problem) {
      answer.value = null
      error.value = errorRecord(problem)
    } finally {
      asking = false
      answered.value = itsKey
      isRead.value = true
      if (key.value !== itsKey) request.request()
    }
  }
  const request = throttle(() => void read(), askIntervalMs)
  watch(key, () => request.request(), { immediate: true })
  return { answer, error, isRead, isCurrent: computed(() => answered.value === key.value) }
}
