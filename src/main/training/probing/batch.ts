/**
 * What a run is probed with: some sequences, or images, of the validation split, and some of their tokens. Both follow
 * from the dataset and the sizes alone, so that variants, seeds and steps of an experiment are measured on the same ones.
 */
import type { Dataset } from '../../../shared/experiment.ts'
import { openImages } from '../../datasets/images.ts'
import { readBatch, validationWindows } from '../../datasets/sampler.ts'
import { openTokens } from '../../datasets/tokens.ts'
import type { Numbers } from '../../engine/program.ts'
import { uniformAt } from '../../engine/random.ts'
import { normalise, type Normalisation } from '../feed/normalisation.ts'

export interface ProbeBatch {
  /**
   * What the model reads and what it should answer: `tokens` and `targets` (S, T), or `images` (S, height, width, channels)
   * and `labels` (S).
   */
  readonly inputs: Readonly<Record<string, Numbers>>
  readonly sequences: number
  /** T */
  readonly length: number
  /** The sampled tokens as rows of all S·T, ascending (n). */
  readonly rows: Int32Array
  /** The class of every sampled token: the token that follows it, or the label of its image (n). */
  readonly labels: Int32Array
  /** What the viewers show beside the numbers: token ids (S, T), or which images of the validation split (S). */
  readonly contents: {
    readonly name: 'tokens' | 'images'
    readonly shape: number[]
    readonly ids: Int32Array
  }
}

export interface ProbeSizes {
  /** n, at most. */
  readonly tokens: number
  /** The fewest sequences: those whose attention is measured. */
  readonly sequences: number
}

/** Of how many tokens one is sampled, so that neighbours are seldom among them. */
const spread = 4

const seedOf = ({ sha256 }: Pick<Dataset, 'sha256'>): number => Number.parseInt(sha256.slice(0, 8), 16)

/** `count` of 0 … length − 1, in a random order; all of them where there are fewer. Draws belong to (seed, stream). */
export function chosen(length: number, count: number, seed: number, stream: number): Int32Array {
  const numbers = Int32Array.from({ length }, (_, index) => index)
  const taken = Math.min(count, length)
  for (let index = 0; index < taken; index++) {
    const other = index + Math.floor(uniformAt(seed, 'probe', stream, index) * (length - index))
    ;[numbers[index], numbers[other]] = [numbers[other]!, numbers[index]!]
  }
  return numbers.slice(0, taken)
}

/** Streams of the draws. */
const ofSequences = 0
const ofTokens = 1

const sequencesFor = (sizes: ProbeSizes, length: number): number =>
  Math.max(sizes.sequences, Math.ceil((spread * sizes.tokens) / length))

const rowsOf = (sizes: ProbeSizes, total: number, seed: number): Int32Array =>
  chosen(total, sizes.tokens, seed, ofTokens).sort()

type ProbedDataset = Pick<Dataset, 'sha256'> & { readonly folder: string }

/** Whole windows of the validation split, none of which overlap. @throws WorkbenchError text-too-short */
export function textProbeBatch(dataset: ProbedDataset, length: number, sizes: ProbeSizes): ProbeBatch {
  const seed = seedOf(dataset)
  const reader = openTokens(dataset.folder, 'validation')
  try {
    const windows = validationWindows(reader.length, length)
    const places = chosen(windows.length, sequencesFor(sizes, length), seed, ofSequences)
    const sequences = places.length
    const tokens = new Int32Array(sequences * length)
    const targets = new Int32Array(sequences * length)
    const offsets = Array.from(places, (place) => windows[place]!)
    readBatch(reader, offsets, length, tokens, targets)
    const rows = rowsOf(sizes, sequences * length, seed)
    return {
      inputs: { tokens, targets },
      ...{ sequences, length, rows },
      labels: rows.map((row) => targets[row]!),
      contents: { name: 'tokens', shape: [sequences, length], ids: tokens },
    }
  } finally {
    reader.close()
  }
}

/** @param length tokens that the model makes of an image */
export function imageProbeBatch(
  dataset: ProbedDataset,
  length: number,
  sizes: ProbeSizes,
  normalisation: Normalisation,
): ProbeBatch {
  const seed = seedOf(dataset)
  const reader = openImages(dataset.folder, 'validation')
  try {
    const items = chosen(reader.length, sequencesFor(sizes, length), seed, ofSequences)
    const pixels = new Uint8Array(items.length * reader.height * reader.width * reader.channels)
    reader.read(items, pixels)
    const images = new Float32Array(pixels.length)
    normalise(pixels, images, normalisation)
    const labels = reader.labels(items)
    const rows = rowsOf(sizes, items.length * length, seed)
    return {
      inputs: { images, labels },
      ...{ sequences: items.length, length, rows },
      labels: rows.map((row) => labels[Math.floor(row / length)]!),
      contents: { name: 'images', shape: [items.length], ids: items },
    }
  } finally {
    reader.close()
  }
}
