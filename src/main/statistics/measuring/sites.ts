/**
 * Where in a block something is measured: the name of the place, what has to be recorded for it, and how that becomes
 * what a statistic is computed of (subjects.ts). Which statistics are measured where is in the tables beside this file.
 */
import { neuralCollapse, varianceParts, type NeuralCollapse, type VarianceParts } from '../classGeometry.ts'
import { pairwiseExpansion, type PairwiseExpansion } from '../expansion.ts'
import type { Matrix } from '../matrix.ts'
import {
  blockTap,
  headColumns,
  matrixOf,
  recorded,
  type ProbedModel,
  type Recording,
  type Wanted,
} from './recording.ts'
import { cloudOf, lazy, spreadRows, type Cloud, type Setting } from './subjects.ts'

export interface Site<Subject> {
  /** What measurements are filed under. */
  readonly tap: string
  /** Whether every head is one. */
  readonly perHead: boolean
  /** What it needs of a block; null where the block has no such place, or one with the same numbers. */
  reads(layer: number, model: ProbedModel): Wanted[] | null
  /** The same function and the same block and head are the same subject, which is made once. */
  readonly subject: (recording: Recording, setting: Setting, layer: number, head: number) => Subject
}

/** Some taps of one block. */
export const wanted = (source: Wanted['source'], layer: number, taps: readonly string[]): Wanted[] =>
  taps.map((tap) => ({ source, name: blockTap(layer, tap) }))

/** Whether a block has a tap whose numbers no other tap has. */
function isOwn(tap: string, layer: number, { hasMlp }: ProbedModel): boolean {
  if (tap === 'hook_resid_pre') return layer === 0 // elsewhere it is what the block before left
  if (tap === 'hook_resid_mid' || tap === 'ln2.hook_normalized' || tap === 'hook_mlp_out') return hasMlp
  return true
}

/** Sampled tokens at a tap of the residual width. */
const tokensAt = (tap: string): Site<Cloud> => ({
  tap,
  perHead: false,
  reads: (layer, model) => (isOwn(tap, layer, model) ? wanted('sampled', layer, [tap]) : null),
  subject: (recording, setting, layer) => setting.cloudAt(recording, layer, tap),
})

const leaving = tokensAt('hook_resid_post')
const entering = tokensAt('hook_resid_pre')
/** Before the first block and after every one. */
export const betweenBlocks: readonly Site<Cloud>[] = [entering, leaving]
/** The residual stream. */
export const stream: readonly Site<Cloud>[] = [entering, tokensAt('hook_resid_mid'), leaving]
/** The residual stream, what norms make of it, and what sublayers give. */
export const everywhere: readonly Site<Cloud>[] = [
  ...stream,
  ...['ln1.hook_normalized', 'hook_attn_out', 'ln2.hook_normalized', 'hook_mlp_out'].map(tokensAt),
]

/** A head has fewer channels than the residual stream, and there are many heads. */
const mostTokensOfHead = 256

/** Sampled tokens as what a head makes of them. */
const tokensOfHeadAt = (tap: string): Site<Cloud> => ({
  tap,
  perHead: true,
  reads: (layer) => wanted('sampled', layer, [tap]),
  subject(recording, setting, layer, head) {
    const tokens = spreadRows(matrixOf(recording, 'sampled', blockTap(layer, tap)), mostTokensOfHead)
    return cloudOf(headColumns(tokens, recording.model.heads, head), setting)
  },
})
export const keysOfHeads: readonly Site<Cloud>[] = [tokensOfHeadAt('attn.hook_k')]

/** A sublayer and the residual stream that it joins, at the sampled tokens. */
export interface Branch {
  /** F, before its step size. */
  output(): Matrix
  /** What it joins. */
  entry(): Matrix
  /** The sum. */
  exit(): Matrix
  pairs(): PairwiseExpansion | null
}

type BranchTaps = (model: ProbedModel) => { output: string; entry: string; exit: string }

const branchAt = (tap: string, tapsOf: BranchTaps): Site<Branch> => ({
  tap,
  perHead: false,
  reads(layer, model) {
    if (!isOwn(tap, layer, model)) return null
    const { output, entry, exit } = tapsOf(model)
    return wanted('sampled', layer, [output, entry, exit])
  },
  subject(recording, setting, layer) {
    const { output, entry, exit } = tapsOf(recording.model)
    const at = (name: string) => lazy(() => setting.cloudAt(recording, layer, name).tokens)
    const branch = { output: at(output), entry: at(entry), exit: at(exit) }
    return { ...branch, pairs: lazy(() => pairwiseExpansion(branch.entry(), branch.exit(), setting.draws)) }
  },
})

const attention = branchAt('hook_attn_out', () => ({
  output: 'hook_attn_out',
  entry: 'hook_resid_pre',
  exit: 'hook_resid_mid',
}))
const mlp = branchAt('hook_mlp_out', ({ normPlacement }) => ({
  output: 'hook_mlp_out',
  entry: normPlacement === 'pre' ? 'hook_resid_mid' : 'ln1.hook_normalized',
  exit: 'hook_resid_post',
}))
export const attentionBranch: readonly Site<Branch>[] = [attention]
export const branches: readonly Site<Branch>[] = [attention, mlp]

/** A few whole sequences, one after the other (m·T, C). */
export interface Sequences {
  readonly tokens: Matrix
  /** T */
  readonly length: number
}

const sequencesAt = (tap: string): Site<Sequences> => ({
  tap,
  perHead: false,
  reads: (layer, model) => (isOwn(tap, layer, model) ? wanted('sequences', layer, [tap]) : null),
  subject: (recording, _, layer) => ({
    tokens: matrixOf(recording, 'sequences', blockTap(layer, tap)),
    length: recording.length,
  }),
})
export const streamOfSequences: readonly Site<Sequences>[] = [
  'hook_resid_pre',
  'hook_resid_mid',
  'hook_resid_post',
].map(sequencesAt)

/** The same tokens at two places. */
export interface Pair {
  readonly x: Cloud
  readonly y: Cloud
}

/** The residual stream on entry to a block beside what it is at `tap`, at the tokens that are compared in pairs. */
const sinceEntry = (tap: string): Site<Pair> => ({
  tap,
  perHead: false,
  reads: (layer, model) =>
    isOwn(tap, layer, model) ? wanted('sampled', layer, ['hook_resid_pre', tap]) : null,
  subject(recording, setting, layer) {
    const at = (name: string) => setting.cloudAt(recording, layer, name).few()
    return { x: at('hook_resid_pre'), y: at(tap) }
  },
})
const throughBlock = sinceEntry('hook_resid_post')
/** What attention and what the whole block makes of it. */
export const sinceEntryToBlock: readonly Site<Pair>[] = [sinceEntry('hook_resid_mid'), throughBlock]
export const throughBlocks: readonly Site<Pair>[] = [throughBlock]

/** Sampled tokens with their classes and sequences. */
export interface Labelled {
  parts(): VarianceParts | null
  collapse(): NeuralCollapse
}

export const labelled: readonly Site<Labelled>[] = ['hook_resid_pre', 'hook_resid_post'].map((tap) => ({
  tap,
  perHead: false,
  reads: (layer, model) => (isOwn(tap, layer, model) ? wanted('sampled', layer, [tap]) : null),
  subject(recording, setting, layer) {
    const { labels, sequences } = recording
    const { tokens } = setting.cloudAt(recording, layer, tap)
    return {
      parts: lazy(() => varianceParts(tokens, labels, sequences)),
      collapse: lazy(() => neuralCollapse(tokens, labels)),
    }
  },
}))

/** The residual stream on entry to the model beside what it is after a block. */
export const sinceEntryToModel: readonly Site<Pair>[] = [
  {
    tap: 'hook_resid_post',
    perHead: false,
    reads: (layer) => [
      ...wanted('sampled', 0, ['hook_resid_pre']),
      ...wanted('sampled', layer, ['hook_resid_post']),
    ],
    subject: (recording, setting, layer) => ({
      x: setting.cloudAt(recording, 0, 'hook_resid_pre'),
      y: setting.cloudAt(recording, layer, 'hook_resid_post'),
    }),
  },
]

type NumbersByName = Readonly<Record<string, Float32Array>>

/** The parameters of a block, by their whole names. */
export interface BlockWeights {
  readonly weights: NumbersByName
  /** What they were before the last step; null where there was none. */
  readonly before: NumbersByName | null
}

export const blockWeights: readonly Site<BlockWeights>[] = [
  {
    tap: 'block',
    perHead: false,
    reads: (layer, model) =>
      namesOf(layer, model).flatMap((name) => [
        { source: 'weights', name },
        { source: 'before', name },
      ]),
    subject(recording, _, layer) {
      const names = namesOf(layer, recording.model)
      const of = (source: 'weights' | 'before') =>
        Object.fromEntries(names.map((name) => [name, recorded(recording, source, name).numbers]))
      return { weights: of('weights'), before: recording.isFirst ? null : of('before') }
    },
  },
]

const namesOf = (layer: number, { parameters }: ProbedModel): string[] =>
  Object.keys(parameters).filter((name) => name.startsWith(`blocks.${layer}.`))
