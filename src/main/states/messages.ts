/** What the thread that reads kept states is asked, and what it answers: thread.ts and worker.ts. */
import type {
  State,
  StateMeasure,
  StateProjection,
  StatesComparison,
  StateSpectrum,
} from '../../shared/states.ts'
import type { PackedProbe } from '../training/packedProbe.ts'

/** Kept evaluations, each once. */
export type KeptProbes = readonly (PackedProbe & { readonly run: string })[]

interface About {
  readonly probes: KeptProbes
  readonly tap: string
}
export type Question = About &
  (
    | {
        readonly kind: 'comparison'
        readonly measure: StateMeasure
        readonly rows: readonly State[]
        readonly columns: readonly State[]
      }
    | { readonly kind: 'spectra'; readonly states: readonly State[] }
    | { readonly kind: 'projection'; readonly states: readonly State[]; readonly axes: readonly State[] }
  )

interface Answers {
  comparison: StatesComparison
  spectra: StateSpectrum[]
  projection: StateProjection
}
export type AnswerTo<Kind extends Question['kind']> = Answers[Kind]
