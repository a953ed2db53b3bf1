/** Rows of theory 3.14; what computes them is src/main/statistics/trainingDynamics.ts. */
import type { StatisticRow } from './statistic.ts'

const tex = String.raw
const shared = { of: 'training', profile: 'full' } as const

export const trainingDynamics: readonly StatisticRow[] = [
  {
    id: 'block-gradient-norm',
    name: 'Gradient norm of a block',
    formula: tex`\lVert\nabla_{w_l}\mathcal L\rVert`,
    meaning: 'How much of the gradient a block gets.',
    range: '0 and more',
    reading: 'Falling towards the first blocks: gradients vanish; their squares sum to the whole.',
    caveat:
      'Of the first sequences of the probe, as many as a batch has, without dropout and before clipping.',
    source: 'theory 3.14',
    ...shared,
    units: 'loss per unit of weight',
  },
  {
    id: 'update-ratio',
    name: 'Update ratio of a block',
    formula: tex`\lVert w_l'-w_l\rVert/\lVert w_l\rVert`,
    meaning: 'How far a step moves the weights of a block, beside their size.',
    range: '0 and more',
    reading: 'About 0.001 is a common rule for one step.',
    caveat: 'Over several steps it is the distance from their start to their end.',
    source: 'theory 3.14',
    ...shared,
    units: 'none',
  },
  {
    id: 'learned-parameter-mean',
    name: 'Learned parameter of a head',
    formula: tex`\tfrac1m\sum_c\theta_{hc}`,
    meaning: 'What a variant has learned in a head: its number, or the mean of its numbers.',
    range: 'any',
    reading: 'From its neutral value away: the head has use for the variant.',
    caveat: 'As it is learned, before a softplus or an exponential.',
    source: 'theory 3.14',
    ...shared,
    units: 'those of the parameter',
  },
  {
    id: 'learned-parameter-size',
    name: 'Size of a learned parameter of a head',
    formula: tex`\sqrt{\tfrac1m\textstyle\sum_c\theta_{hc}^2}`,
    meaning: 'How large the numbers of a head are, whatever their signs.',
    range: '0 and more',
    reading: 'Far above the absolute mean: they have both signs.',
    caveat: 'As it is learned, before a softplus or an exponential.',
    source: 'theory 3.14',
    ...shared,
    units: 'those of the parameter',
  },
]
