/** Kept evaluations for tests: random hidden states and attention maps of a tiny model, as a run keeps them. */
import type { Matrix } from '../../../src/main/statistics/matrix.ts'
import { packProbe, type PackedProbe, type Probe } from '../../../src/main/training/packedProbe.ts'
import type { HostTensor } from '../../../src/main/training/safetensors.ts'
import { attention, gaussian } from '../statistics/arbitrary.ts'

export const keptTokens = 12
export const length = 4

const tensor = ({ rows, columns, numbers }: Matrix): HostTensor => ({
  shape: [rows, columns],
  numbers: Float32Array.from(numbers),
})
const column = (numbers: readonly number[]): HostTensor => ({
  shape: [numbers.length],
  numbers: Float32Array.from(numbers),
})

export interface ProbeChoice {
  seed?: number
  step?: number
  layers?: number
  width?: number
  /** What stands at the first place: another one is another probe batch. */
  firstToken?: number
  /** By layer, instead of random ones. */
  clouds?: readonly Matrix[]
}

/** One sequence, two heads. */
export function aProbe(choice: ProbeChoice = {}): Probe {
  const { seed = 0, step = 0, layers = 2, width = 3, firstToken = 5, clouds } = choice
  const places = Array.from({ length: keptTokens }, (_, place) => place)
  const ofLayer = (layer: number): [string, HostTensor][] => {
    const heads = [0, 1].map((head) => {
      const queries = gaussian(length, 2, seed, `queries ${step} ${layer} ${head}`)
      return attention(queries, gaussian(length, 2, seed, `keys ${layer} ${head}`), true)
    })
    return [
      [
        `blocks.${layer}.attn.hook_pattern`,
        {
          shape: [1, 2, length, length],
          numbers: Float32Array.from(heads.flatMap(({ numbers }) => [...numbers])),
        },
      ],
      [
        `blocks.${layer}.hook_resid_post`,
        tensor(clouds?.[layer] ?? gaussian(keptTokens, width, seed, `states ${step} ${layer}`)),
      ],
    ]
  }
  return {
    step,
    tensors: {
      ...Object.fromEntries(Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat()),
      tokens: { shape: [1, length], numbers: Float32Array.from([firstToken, 1, 2, 3]) },
      'sampled.sequence': column(places.map((place) => Math.floor(place / length))),
      'sampled.position': column(places.map((place) => place % length)),
      'sampled.label': column(places.map((place) => place % 3)),
      'sampled.token': column(places.map((place) => (place === 0 ? firstToken : place))),
    },
  }
}

export const packed = (choice: ProbeChoice = {}): PackedProbe => packProbe(aProbe(choice))
