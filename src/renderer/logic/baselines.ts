/** What models that need no training reach on the validation split of a dataset: the dotted lines of a loss chart. */
import { bestNgram, type Dataset } from '../../shared/experiment.ts'

export type BaselineId = 'ngram' | 'bigram' | 'unigram' | 'uniform'

export interface DatasetBaseline {
  id: BaselineId
  name: string
  meaning: string
  /** Nats per token or per image. */
  loss: number
  /** Share of images recognised; absent for text. */
  accuracy?: number
}

/** From the one that knows most of the data to the one that knows nothing of it. */
export function baselinesOf(dataset: Dataset): DatasetBaseline[] {
  if (dataset.kind === 'images') {
    const meaning = 'Every class equally likely: the logarithm of their number.'
    return [
      {
        id: 'uniform',
        name: 'uniform',
        meaning,
        loss: Math.log(dataset.classes),
        accuracy: 1 / dataset.classes,
      },
    ]
  }
  const { uniform, unigram, bigram } = dataset.baselines
  const ngram = bestNgram(dataset.baselines)
  return [
    ...(ngram
      ? [{ id: 'ngram' as const, name: `${ngram.n}-gram`, meaning: ngramMeaning, loss: ngram.loss }]
      : []),
    {
      id: 'bigram',
      name: 'bigram',
      meaning: 'How often each token follows the one before it in the training part.',
      loss: bigram,
    },
    {
      id: 'unigram',
      name: 'unigram',
      meaning: 'How often each token occurs in the training part.',
      loss: unigram,
    },
    {
      id: 'uniform',
      name: 'uniform',
      meaning: 'Every token equally likely: the logarithm of the vocabulary size.',
      loss: uniform,
    },
  ]
}

const ngramMeaning =
  'The best of the n-gram models with contexts of 0 to 7 tokens, each interpolated with the shorter ones (Witten-Bell).'
