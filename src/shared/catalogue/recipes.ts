/** Recipes as data: complete configurations with a source and the number they should reach. */
import type { Recipe } from '../contract.ts'
import type { RunConfiguration } from '../experiment.ts'

/** nanoGPT's optimiser and evaluation settings, which the recipes below override. */
const nanogpt: RunConfiguration = {
  layers: 4,
  heads: 4,
  width: 128,
  context: 64,
  mlpRatio: 4,
  biases: false,
  tiedHead: true,
  dropout: 0,
  steps: 2000,
  batchSize: 12,
  learningRate: 1e-3,
  minimumLearningRate: 1e-4,
  warmupSteps: 100,
  decaySteps: 0,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
  evaluationInterval: 250,
  evaluationTokens: 0,
}

export const recipes: readonly Recipe[] = [
  {
    id: 'quick',
    name: 'Quick',
    kind: 'text',
    description: 'A small model that shows a difference within a minute on two cores.',
    source: 'this project',
    configuration: {
      ...nanogpt,
      layers: 2,
      width: 64,
      steps: 1200,
      learningRate: 1e-2,
      minimumLearningRate: 1e-3,
      evaluationInterval: 50,
      evaluationTokens: 16_384,
    },
  },
  {
    id: 'nanogpt-cpu',
    name: 'nanoGPT on a CPU',
    kind: 'text',
    description:
      "nanoGPT's character-level configuration for a CPU: 804,096 parameters, 2,000 steps, full validation pass. Its README reports a validation loss of 1.88 on tinyshakespeare.",
    source: 'nanoGPT, README and config/train_shakespeare_char.py',
    configuration: nanogpt,
  },
]
