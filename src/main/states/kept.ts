/**
 * What a run kept of an evaluation (training/probing/kept.ts), read back: the hidden states of its sampled tokens and the
 * attention maps of a few sequences, by layer, and what stood there. Runs can be compared where that is the same.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import type { State } from '../../shared/states.ts'
import type { Matrix } from '../statistics/matrix.ts'
import { blockTap } from '../statistics/measuring/recording.ts'
import type { Probe } from '../training/packedProbe.ts'
import type { HostTensor } from '../training/safetensors.ts'

/** Tensors that say what stood at the tokens: ids of the text, which images, and of the sampled ones where they were. */
const contents = /^(tokens|images|sampled\..*)$/

const known = (probe: Probe) => Object.keys(probe.tensors)

/** A tensor of a layer. @throws WorkbenchError invalid-request with the taps or layers that are kept */
function tensorOf(probe: Probe, { run, layer, step }: State, tap: string): HostTensor {
  const tensor = probe.tensors[blockTap(layer, tap)]
  if (tensor) return tensor
  const taps = new Set(known(probe).flatMap((name) => /^blocks\.\d+\.(.+)$/.exec(name)?.[1] ?? []))
  const layers = known(probe).filter((name) => name.endsWith(`.${tap}`)).length
  throw new WorkbenchError(
    'invalid-request',
    `Run ${run} keeps nothing of ${tap} at layer ${layer} and step ${step}.`,
    taps.has(tap) ? `It has the layers 0 to ${layers - 1}.` : `It keeps ${[...taps].sort().join(' and ')}.`,
  )
}

/** Hidden states (k, C), a row per kept token. */
export function statesOf(probe: Probe, state: State, tap: string): Matrix {
  const { shape, numbers } = tensorOf(probe, state, tap)
  if (shape.length !== 2)
    throw new WorkbenchError(
      'invalid-request',
      `${tap} holds ${shape.length === 4 ? 'attention maps' : 'no tokens'}: it is not a tap of hidden states.`,
      'Name one, such as hook_resid_post.',
    )
  return { rows: shape[0]!, columns: shape[1]!, numbers }
}

/** Attention maps (T, T) of a layer, of every sequence and within one of every head. */
export function mapsOf(probe: Probe, state: State): Matrix[] {
  const { shape, numbers } = tensorOf(probe, state, 'attn.hook_pattern')
  const [rows, columns] = shape.slice(-2) as [number, number]
  const size = rows * columns
  return Array.from({ length: numbers.length / size }, (_, index) => ({
    rows,
    columns,
    numbers: numbers.subarray(index * size, (index + 1) * size),
  }))
}

/** The numbers of one of the tensors beside the taps; null where there is none. */
export const contentOf = (probe: Probe, name: string): number[] | null => {
  const tensor = probe.tensors[name]
  return tensor ? [...tensor.numbers] : null
}

const isSame = (a: HostTensor | undefined, b: HostTensor | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.numbers.length === b.numbers.length &&
  a.numbers.every((number, index) => number === b.numbers[index])

/** @throws WorkbenchError probes-differ where two runs were probed on different tokens */
export function requireSameTokens(probes: readonly { readonly run: string; readonly probe: Probe }[]): void {
  const [first, ...others] = probes
  for (const other of others) {
    const names = new Set(
      [first!, other].flatMap(({ probe }) => known(probe).filter((name) => contents.test(name))),
    )
    if ([...names].some((name) => !isSame(first!.probe.tensors[name], other.probe.tensors[name])))
      refuseOtherTokens(first!.run, other.run)
  }
}

/** @throws WorkbenchError probes-differ */
export function refuseOtherTokens(run: string, other: string): never {
  throw new WorkbenchError(
    'probes-differ',
    `Runs ${run} and ${other} were probed on different tokens: row by row their hidden states do not belong together.`,
    'Compare runs on the same dataset with the same context or patchSize, probeTokens and probeSequences.',
  )
}
