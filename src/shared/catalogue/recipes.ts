/** Recipes as data: complete configurations with a source and the number they should reach. */
import type { Recipe } from '../contract.ts'
import type { DatasetKind, RunConfiguration } from '../experiment.ts'

/** nanoGPT's optimiser and evaluation settings, which the recipes for text override. */
const nanogpt: RunConfiguration = {
  layers: 4,
  heads: 4,
  width: 128,
  context: 64,
  mlpRatio: 4,
  activation: 'gelu',
  biases: false,
  tiedHead: true,
  positions: 'learned',
  norm: 'layer',
  normPlacement: 'pre',
  residual: true,
  stepSize: 1,
  learnedStepSize: false,
  initialDeviation: 0.02,
  patchSize: 4,
  pooling: 'class-token',
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
  shiftPixels: 0,
  flip: false,
  smallestCrop: 1,
  evaluationInterval: 250,
  evaluationTokens: 0,
  sampleInterval: 500,
  sampleTokens: 200,
  samplePrompt: '\n',
  temperature: 0.8,
  topK: 200,
  statistics: 'light',
  probeTokens: 1024,
  probeSequences: 2,
  probeMegabytes: 16,
}

/**
 * The small vision transformer of s-chh/PyTorch-Scratch-Vision-Transformer-ViT (model.py, solver.py, data_loader.py):
 * AdamW with PyTorch's betas, a tenth of the steps to warm up and a cosine decay to 1e-5, no clipping. What only decides
 * something on text is as above and read by nobody.
 */
const visionTransformer: RunConfiguration = {
  ...nanogpt,
  layers: 6,
  heads: 4,
  width: 64,
  mlpRatio: 2,
  biases: true,
  tiedHead: false,
  initialDeviation: 0,
  patchSize: 4,
  pooling: 'class-token',
  dropout: 0.1,
  batchSize: 128,
  learningRate: 5e-4,
  minimumLearningRate: 1e-5,
  beta1: 0.9,
  beta2: 0.999,
  weightDecay: 1e-3,
  clipNorm: 0,
  sampleInterval: 0,
  sampleTokens: 0,
}

export const recipes: readonly Recipe[] = [
  {
    id: 'quick',
    name: 'Quick',
    kind: 'text',
    description: 'A small model that shows a difference within a minute on two cores.',
    source: 'this project',
    target: 'none: it is the first look, not a reproduction',
    configuration: {
      ...nanogpt,
      layers: 2,
      width: 64,
      steps: 1200,
      learningRate: 1e-2,
      minimumLearningRate: 1e-3,
      evaluationInterval: 50,
      evaluationTokens: 16_384,
      sampleInterval: 400,
    },
  },
  {
    id: 'nanogpt-cpu',
    name: 'nanoGPT on a CPU',
    kind: 'text',
    description:
      "nanoGPT's character-level configuration for a CPU: 804,096 parameters, 2,000 steps, full validation pass. Its README reports a validation loss of 1.88 on tinyshakespeare.",
    source: 'nanoGPT, README and config/train_shakespeare_char.py',
    target: 'validation loss 1.88 on tinyshakespeare (nanoGPT, README, estimated from 20 random batches)',
    configuration: nanogpt,
  },
  {
    id: 'nanogpt-baby',
    name: 'nanoGPT baby',
    kind: 'text',
    description:
      "nanoGPT's character-level configuration for a GPU: 10,745,088 parameters, 5,000 steps. Its best validation loss comes long before its last step.",
    source: 'nanoGPT, README and config/train_shakespeare_char.py',
    target:
      'best validation loss 1.4697 on tinyshakespeare (nanoGPT, README); 1.4655 is the mean of five seeds, sd 0.0027 (AI-Scientist, multi_style_adapter/run_0)',
    configuration: {
      ...nanogpt,
      layers: 6,
      heads: 6,
      width: 384,
      context: 256,
      dropout: 0.2,
      steps: 5000,
      batchSize: 64,
      sampleInterval: 1000,
    },
  },
  {
    id: 'vit-mnist',
    name: 'Vision transformer for digits',
    kind: 'images',
    description:
      '210,122 parameters on 28 × 28 grey images, 49 patches: 20 epochs of the 9,000 training images of mnist-sample in 1,407 steps. For so few steps the learning rate is four times that of the source, without dropout.',
    source: 's-chh/PyTorch-Scratch-Vision-Transformer-ViT, README, solver.py and data_loader.py',
    target:
      'accuracy 96 % or more on mnist-sample (97.9 % seen with seed 0); 99.5 % on the whole of MNIST after 100 epochs, 46,875 steps (s-chh, README)',
    configuration: {
      ...visionTransformer,
      dropout: 0,
      steps: 1407,
      learningRate: 2e-3,
      warmupSteps: 141,
      shiftPixels: 2,
      evaluationInterval: 70,
    },
  },
  {
    id: 'vit-cifar',
    name: 'Vision transformer for photographs',
    kind: 'images',
    description:
      '827,658 parameters on 32 × 32 colour images, 64 patches: 200 epochs of the 50,000 training images of CIFAR-10 in 78,125 steps.',
    source: 's-chh/PyTorch-Scratch-Vision-Transformer-ViT, README, solver.py and data_loader.py',
    target: 'accuracy 82.5 % on CIFAR-10 after 200 epochs, without RandAugment (s-chh, README)',
    configuration: {
      ...visionTransformer,
      width: 128,
      steps: 78_125,
      warmupSteps: 3906,
      shiftPixels: 4,
      flip: true,
      evaluationInterval: 391,
    },
  },
]

/** What is trained with where nobody chose a recipe. */
export const defaultRecipe: Record<DatasetKind, string> = { text: 'quick', images: 'vit-mnist' }
