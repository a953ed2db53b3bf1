/**
 * The lab: variants applied without learning to one cloud of tokens. Each variant is derived by itself, one after the other,
 * so that one that is refused leaves the others, and one that is added does not compute them again.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import {
  mlpOnly,
  type CloudShape,
  type Derivation,
  type DerivationSettings,
  type TokenSource,
} from '../../shared/derivation.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { colourCount, stylesOf } from '../charts/palette.ts'
import type { AxesMode } from '../logic/lab/clouds.ts'
import { initialSettings, withField, type LabField } from '../logic/lab/settings.ts'
import { useCatalogue } from './catalogue.ts'
import { useLibrary } from './library.ts'

/** Of the three papers, as theory 1.4 relates them. */
const firstChoice = ['standard', 'laplacian', 'l2-laplacian']
/** Side by side: as many as have a colour of their own. */
export const mostVariants = colourCount
/** What is asked is computed when it has not changed for this long. */
const restMs = 300
/** So many answers are kept, for who goes back to what was there before. */
const mostKept = 48

/** What came of deriving one variant. */
type Answer =
  | { readonly derivation: Derivation; readonly error: null }
  | { readonly derivation: null; readonly error: ErrorRecord }

export const useLab = defineStore('lab', () => {
  const catalogue = useCatalogue()
  const library = useLibrary()

  const chosen = ref<string[]>([...firstChoice])
  const settings = shallowRef<DerivationSettings>(initialSettings())
  const axes = ref<AxesMode>('step')
  const showsPaths = ref(true)
  const showsHulls = ref(true)
  const showsImages = ref(true)
  /** The step that is looked at. */
  const step = ref(0)

  const attentions = computed(() => chosen.value.filter((id) => id === mlpOnly || catalogue.variant(id)))
  const nameOf = (id: string): string => (id === mlpOnly ? 'MLP, attention off' : catalogue.variantName(id))
  const styles = computed(() => stylesOf(attentions.value))
  const imageSets = computed(() => library.datasets.filter(({ kind }) => kind === 'images'))

  /** What is wanted, by variant: an own variant that was changed is another one. */
  const keyOf = (attention: string, of: DerivationSettings): string =>
    JSON.stringify([attention, catalogue.variant(attention)?.axes, of])
  const answers = shallowRef<ReadonlyMap<string, Answer>>(new Map())
  const keep = (key: string, answer: Answer) =>
    (answers.value = new Map([...answers.value, [key, answer] as const].slice(-mostKept)))

  /** What the picture is of: the settings as they are, or as they were until the first answer to them comes. */
  const shownSettings = shallowRef(settings.value)
  watch([answers, settings, attentions], () => {
    if (attentions.value.some((id) => answers.value.has(keyOf(id, settings.value))))
      shownSettings.value = settings.value
  })
  const answerOf = (attention: string): Answer | undefined =>
    answers.value.get(keyOf(attention, shownSettings.value))
  const panels = computed(() =>
    attentions.value.map((id) => {
      const answer = answerOf(id)
      const [derived = null] = answer?.derivation?.derivation ?? []
      return { id, derived, error: answer?.error ?? null }
    }),
  )
  const derived = computed(() => panels.value.flatMap((panel) => panel.derived ?? []))
  /** The tokens are the same for all variants. */
  const tokens = computed(() => {
    const first = attentions.value.map(answerOf).find((answer) => answer?.derivation)
    return first?.derivation ?? null
  })

  const deriving = ref<string | null>(null)
  let request: string | null = null
  let asked = ''
  const opened = ref(false)

  /** Derives what is wanted and not there, one variant at a time, until nothing is. */
  async function work(): Promise<void> {
    while (opened.value && request === null) {
      const next = attentions.value.find((id) => !answers.value.has(keyOf(id, settings.value)))
      if (next === undefined) break
      await derive(next)
    }
  }
  async function derive(attention: string): Promise<void> {
    const mine = crypto.randomUUID()
    ;[request, asked, deriving.value] = [mine, keyOf(attention, settings.value), attention]
    const key = asked
    try {
      const input = { ...settings.value, attentions: [attention], request: mine }
      keep(key, { derivation: await workbench.derive(input), error: null })
    } catch (problem) {
      // one that was cancelled is not wanted any more
      if (request === mine) keep(key, { derivation: null, error: errorRecord(problem) })
    } finally {
      if (request === mine) request = deriving.value = null
    }
  }
  function cancel(): void {
    if (request === null) return
    const superseded = request
    request = deriving.value = null
    // of no matter where it fails: then the connection is gone, and the work with it
    void workbench.cancelDerivation({ request: superseded }).catch(() => {})
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const wanted = computed(() => attentions.value.map((id) => keyOf(id, settings.value)))
  watch([wanted, opened], () => {
    if (request !== null && (!opened.value || !wanted.value.includes(asked))) cancel()
    clearTimeout(timer)
    timer = setTimeout(() => void work(), opened.value ? restMs : 0)
  })
  /** Asks again what failed. */
  function retry(): void {
    answers.value = new Map([...answers.value].filter(([, { error }]) => error === null))
    void work()
  }
  watch(
    () => settings.value.steps,
    (steps) => (step.value = Math.min(step.value, steps)),
  )

  const set = (field: LabField, value: unknown) =>
    void (settings.value = withField(settings.value, field, value))
  function setSource(source: TokenSource): void {
    const { components, ...others } = settings.value
    // points have two dimensions
    settings.value = { ...others, source, components: source.kind === 'points' ? 2 : components }
  }
  const setShape = (shape: CloudShape) => setSource({ kind: 'points', shape })
  const reset = () => void (settings.value = { ...initialSettings(), source: settings.value.source })

  function add(id: string): void {
    if (attentions.value.length < mostVariants && !attentions.value.includes(id))
      chosen.value = [...attentions.value, id]
  }
  const remove = (id: string) => void (chosen.value = attentions.value.filter((other) => other !== id))

  return {
    ...{ chosen, settings, axes, showsPaths, showsHulls, showsImages, step, opened },
    ...{ attentions, nameOf, styles, imageSets, shownSettings, panels, derived, tokens, deriving },
    ...{ set, setSource, setShape, reset, add, remove, retry },
  }
})
