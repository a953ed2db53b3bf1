/** Answers a question about kept states: unpacks them, makes sure that they belong together, computes. */
import { WorkbenchError } from '../../shared/errors.ts'
import { isOfMaps, type State, type StateProjection } from '../../shared/states.ts'
import { commonAxes, projected } from '../statistics/projection.ts'
import { spectrumOf } from '../statistics/spectrum.ts'
import { unpackProbe, type Probe } from '../training/packedProbe.ts'
import { contentOf, mapsOf, requireSameTokens, statesOf } from './kept.ts'
import type { AnswerTo, KeptProbes, Question } from './messages.ts'
import { similarityMatrix, type Compared } from './similarity.ts'

/** @throws WorkbenchError probes-differ, or invalid-request for a layer or tap that is not kept */
export async function answer(question: Question): Promise<AnswerTo<Question['kind']>> {
  const find = await opened(question.probes)
  if (question.kind === 'comparison') return comparison(question, find)
  if (question.kind === 'projection') return projection(question, find)
  return question.states.map((state) => {
    const tokens = statesOf(find(state), state, question.tap)
    const spectrum = spectrumOf(tokens)
    return { state, tokens: tokens.rows, eigenvalues: spectrum && [...spectrum.eigenvalues] }
  })
}

type Find = (state: State) => Probe

async function opened(kept: KeptProbes): Promise<Find> {
  const probes = new Map<string, Probe>()
  const key = (run: string, step: number) => `${step} ${run}`
  for (const { run, ...packed } of kept) probes.set(key(run, packed.step), await unpackProbe(packed))
  requireSameTokens(kept.map(({ run, step }) => ({ run, probe: probes.get(key(run, step))! })))
  return ({ run, step }) => probes.get(key(run, step))!
}

function comparison(
  { measure, tap, rows, columns }: Extract<Question, { kind: 'comparison' }>,
  find: Find,
): AnswerTo<'comparison'> {
  const made = new Map<string, Compared>()
  /** The same state is the same object: so it is known where rows and columns are one list. */
  const comparedAt = (state: State): Compared => {
    const key = JSON.stringify([state.run, state.layer, state.step])
    const compared =
      made.get(key) ?? (isOfMaps(measure) ? mapsOf(find(state), state) : [statesOf(find(state), state, tap)])
    made.set(key, compared)
    return compared
  }
  const [left, right] = [rows.map(comparedAt), columns.map(comparedAt)]
  return { tokens: left[0]![0]!.rows, values: similarityMatrix(measure, left, right) }
}

function projection(
  { tap, states, axes }: Extract<Question, { kind: 'projection' }>,
  find: Find,
): StateProjection {
  const cloudAt = (state: State) => statesOf(find(state), state, tap)
  const all = [...states, ...axes]
  const width = cloudAt(all[0]!).columns
  const odd = all.find((state) => cloudAt(state).columns !== width)
  if (odd)
    throw new WorkbenchError(
      'invalid-request',
      `Runs ${all[0]!.run} and ${odd.run} differ in width: they have no axes in common.`,
      'Project runs of one width.',
    )
  const common = commonAxes(axes.map(cloudAt))
  const probe = find(states[0]!)
  const at = (name: string) => contentOf(probe, `sampled.${name}`)
  return {
    tokens: {
      sequence: at('sequence') ?? [],
      position: at('position') ?? [],
      label: at('label') ?? [],
      token: at('token'),
    },
    axesShare: common && common.share,
    clouds: states.map((state) => {
      const cloud = cloudAt(state)
      if (common === null)
        return {
          state,
          share: null,
          coordinates: Array.from({ length: cloud.rows }, () => [0, 0] as [number, number]),
        }
      const { coordinates, share } = projected(cloud, common)
      return {
        state,
        share,
        coordinates: Array.from({ length: cloud.rows }, (_, row): [number, number] => [
          coordinates.numbers[2 * row]!,
          coordinates.numbers[2 * row + 1]!,
        ]),
      }
    }),
  }
}
