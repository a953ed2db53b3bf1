/** Where the heads of a block are measured on whole sequences: each for itself, and all of them together (sites.ts). */
import { sliceRows, type Matrix } from '../matrix.ts'
import { blockTap, headSequences, matrixOf, type Recording } from './recording.ts'
import { wanted, type Site } from './sites.ts'
import { headOnSequence, lazy, type HeadOnSequence, type Setting } from './subjects.ts'

function headOnSequences(
  recording: Recording,
  setting: Setting,
  layer: number,
  head: number,
): HeadOnSequence[] {
  const { model, length } = recording
  const of = (tap: string) => lazy(() => headSequences(recording, blockTap(layer, tap), head))
  const [attention, queries, keys, values, readings] = [
    'attn.hook_pattern',
    'attn.hook_q',
    'attn.hook_k',
    'attn.hook_v',
    'attn.hook_z',
  ].map(of)
  const tokens = (sequence: number) =>
    sliceRows(
      matrixOf(recording, 'sequences', blockTap(layer, 'hook_resid_pre')),
      sequence * length,
      (sequence + 1) * length,
    )
  return Array.from({ length: sequencesIn(recording, layer) }, (_, sequence) =>
    headOnSequence({
      causal: model.causal,
      setting,
      attention: () => attention!()[sequence]!,
      queries: () => queries!()[sequence]!,
      keys: () => keys!()[sequence]!,
      values: () => values!()[sequence]!,
      readings: () => readings!()[sequence]!,
      tokens: () => tokens(sequence),
    }),
  )
}

/** m, by whichever tap of the heads of a layer was recorded. */
function sequencesIn({ arrays }: Recording, layer: number): number {
  const prefix = `sequences/${blockTap(layer, 'attn.')}`
  const name = Object.keys(arrays).find((key) => key.startsWith(prefix))
  return name === undefined ? 0 : arrays[name]!.shape[0]!
}

/** One head on a few sequences, of which `taps` are recorded. Measurements are filed under the first of them. */
export const headAt = (
  ...taps: readonly [string, ...string[]]
): readonly Site<readonly HeadOnSequence[]>[] => [
  {
    tap: taps[0],
    perHead: true,
    reads: (layer) => wanted('sequences', layer, taps),
    subject: headOnSequences,
  },
]

/** The attention matrices of all heads of a layer, by sequence, then by head. */
const allHeads: Site<readonly (readonly Matrix[])[]> = {
  tap: 'attn',
  perHead: false,
  reads: (layer, { heads }) => (heads > 1 ? wanted('sequences', layer, ['attn.hook_pattern']) : null),
  subject(recording, _, layer) {
    const byHead = Array.from({ length: recording.model.heads }, (_, head) =>
      headSequences(recording, blockTap(layer, 'attn.hook_pattern'), head),
    )
    return byHead[0]!.map((_, sequence) => byHead.map((sequences) => sequences[sequence]!))
  },
}
export const headsTogether = [allHeads]
