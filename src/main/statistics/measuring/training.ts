/** What training does to the weights of every block, and what the weights of a head say (theory 3.8, 3.14). */
import {
  gradientAlignment,
  headMapsOf,
  symmetricShare,
  valueOutputTrace,
  type HeadMaps,
} from '../headMaps.ts'
import { defined } from '../matrix.ts'
import { learnedParameters, updateRatios } from '../trainingDynamics.ts'
import { measured, type Measures } from './measure.ts'
import { matrixOf, recorded, type ProbedModel } from './recording.ts'
import { blockWeights, type Site } from './sites.ts'

const prefixOf = (layer: number): string => `blocks.${layer}.attention.`

/**
 * The four maps of every head. A variant whose readout follows its tied maps, and has no map to values or back, has
 * other names and is left out: its alignment is 1 by its formula.
 */
const headMaps: Site<HeadMaps> = {
  tap: 'attn',
  perHead: true,
  reads(layer, { parameters }) {
    const names = ['queryKeyValue.weight', 'output.weight'].map((name) => prefixOf(layer) + name)
    return names.every((name) => name in parameters)
      ? names.map((name) => ({ source: 'weights', name }))
      : null
  },
  subject(recording, _, layer, head) {
    const of = (name: string) => matrixOf(recording, 'weights', prefixOf(layer) + name)
    return headMapsOf(of('queryKeyValue.weight'), of('output.weight'), recording.model.heads)[head]!
  },
}

/** The norm of the gradient of a block. */
const gradient: Site<number> = {
  tap: 'block',
  perHead: false,
  reads: (layer) => [{ source: 'gradients', name: `blocks.${layer}` }],
  subject: (recording, _, layer) => recorded(recording, 'gradients', `blocks.${layer}`).numbers[0]!,
}

const weights: Measures = {
  'block-gradient-norm': measured([gradient], defined),
  'gradient-alignment': measured([headMaps], gradientAlignment),
  'query-key-symmetry': measured([headMaps], symmetricShare),
  'value-output-trace': measured([headMaps], valueOutputTrace),
  'update-ratio': measured(
    blockWeights,
    ({ weights, before }) => before && (updateRatios(before, weights)[0]?.ratio ?? null),
  ),
}

/** A parameter that a variant learns in each head. */
function learnedAt(parameter: string): Site<{ mean: number | null; rootMeanSquare: number | null }> {
  const nameIn = (layer: number) => prefixOf(layer) + parameter
  return {
    tap: `attn.${parameter}`,
    perHead: true,
    reads: (layer, { parameters }) =>
      nameIn(layer) in parameters ? [{ source: 'weights', name: nameIn(layer) }] : null,
    subject(recording, _, layer, head) {
      const name = nameIn(layer)
      return learnedParameters([{ name, ...recorded(recording, 'weights', name) }])[head]!
    },
  }
}

/** A parameter of a variant has a number or a vector per head: (H, 1, size). */
const isOfHeads = (shape: readonly number[], heads: number): boolean =>
  shape.length === 3 && shape[0] === heads && shape[1] === 1

export function trainingMeasures({ parameters, heads }: ProbedModel): Measures {
  const learned = Object.entries(parameters).flatMap(([name, shape]) =>
    isOfHeads(shape, heads) ? (/^blocks\.\d+\.attention\.(.+)$/.exec(name)?.[1] ?? []) : [],
  )
  const sites = [...new Set(learned)].map(learnedAt)
  return {
    ...weights,
    'learned-parameter-mean': measured(sites, ({ mean }) => mean),
    'learned-parameter-size': measured(sites, ({ rootMeanSquare }) => rootMeanSquare),
  }
}
