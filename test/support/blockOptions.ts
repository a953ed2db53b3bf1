/** Every option of the shared block, as changes of a small neutral language model. */
import type { ModelConfiguration } from '../../src/main/model/transformer.ts'
import { neutralBlock } from './goldenTraining.ts'

export const smallModel: ModelConfiguration = {
  layers: 2,
  heads: 2,
  width: 8,
  context: 6,
  vocabulary: 7,
  mlpRatio: 2,
  biases: true,
  tiedHead: true,
  ...neutralBlock,
}

export const blockOptions: Record<string, Partial<ModelConfiguration>> = {
  neutral: {},
  'no biases': { biases: false },
  'a head of its own': { tiedHead: false },
  relu: { activation: 'relu' },
  silu: { activation: 'silu' },
  'no MLP': { mlpRatio: 0 },
  'sinusoidal positions': { positions: 'sinusoidal' },
  'rotary positions': { positions: 'rotary' },
  'no positions': { positions: 'none' },
  'root mean square norm': { norm: 'rms' },
  whitening: { norm: 'whitening' },
  'no norm': { norm: 'none' },
  'norms after the sums': { normPlacement: 'post' },
  'whitening after the sums': { norm: 'whitening', normPlacement: 'post' },
  'no residual': { residual: false },
  'step size': { stepSize: 0.3 },
  'learned step size': { learnedStepSize: true, stepSize: 0.7 },
  'much at once': {
    ...{ norm: 'rms', normPlacement: 'post', residual: false, learnedStepSize: true },
    ...{ mlpRatio: 0, positions: 'rotary', biases: false },
  },
}

export const modelWith = (name: string): ModelConfiguration => ({ ...smallModel, ...blockOptions[name]! })
