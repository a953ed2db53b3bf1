/**
 * How much of the validation text stands word for word in the training text. The validation split is cut into windows
 * side by side; a rolling hash over the training split finds the places where one of them might be, and a comparison
 * of the tokens says whether it is: the share is exact for the windows examined. Memory is bounded by their number.
 */
import { setImmediate } from 'node:timers/promises'
import type { Repetition } from '../../../shared/health.ts'
import type { TokenReader } from '../tokens.ts'
import { blockTokens } from './blocks.ts'

export const windowTokens = 64
/** Windows that are examined at most: 16 MiB of tokens. */
const mostWindows = 65_536
const mostExamples = 3

/** Odd, so that no window's place is lost modulo 2^32. */
const base = 0x01000193
/** A token's part of the hash: neighbours in the vocabulary must not be neighbours here. */
function mixed(token: number): number {
  const spread = Math.imul(token + 1, 0x9e3779b1)
  return spread ^ (spread >>> 15)
}

export interface RepetitionOptions {
  /** Tokens of a window. */
  readonly window?: number
  /** The most windows that are examined. */
  readonly most?: number
}

/** `textOf` shows tokens of a window as text. */
export async function findRepetition(
  train: TokenReader,
  validation: TokenReader,
  textOf: (tokens: Int32Array) => string,
  { window = windowTokens, most = mostWindows }: RepetitionOptions = {},
): Promise<Repetition> {
  const windows = Math.floor(validation.length / window)
  const stride = Math.max(1, Math.ceil(windows / most))
  const examined = Math.ceil(windows / stride)
  const tokens = new Int32Array(examined * window) // (examined, window)
  const contentOf = (index: number) => tokens.subarray(index * window, (index + 1) * window)
  /** Windows by their hash. */
  const byHash = new Map<number, number[]>()
  /** A bit for the upper bits of every hash: most places of the training split are ruled out by it. */
  const filter = new Uint8Array(1 << 21)
  for (let index = 0; index < examined; index++) {
    const content = contentOf(index)
    validation.read(index * stride * window, content)
    let hash = 0
    for (const token of content) hash = (Math.imul(hash, base) + mixed(token)) | 0
    filter[hash >>> 11] = 1
    const same = byHash.get(hash)
    if (same) same.push(index)
    else byHash.set(hash, [index])
  }

  const isFound = new Uint8Array(examined)
  if (examined > 0)
    await eachWindow(train, window, (hash, buffer, first) => {
      if (filter[hash >>> 11] === 0) return
      for (const index of byHash.get(hash) ?? [])
        if (isFound[index] === 0 && isSame(contentOf(index), buffer, first)) isFound[index] = 1
    })

  const found = [...isFound.keys()].filter((index) => isFound[index] === 1)
  const examples = found.slice(0, mostExamples).map((index) => textOf(contentOf(index)))
  return { window, windows, examined, found: found.length, examples }
}

/** Visits every window of the split with its hash, in a buffer from `first` on. */
async function eachWindow(
  reader: TokenReader,
  window: number,
  visit: (hash: number, buffer: Int32Array, first: number) => void,
): Promise<void> {
  let leaving = 1 // base^window: what the token that leaves the window was multiplied with by then
  for (let power = 0; power < window; power++) leaving = Math.imul(leaving, base)
  // The last window of the block before, then the block.
  const buffer = new Int32Array(window + blockTokens)
  let hash = 0
  for (let offset = 0; offset < reader.length; offset += blockTokens) {
    const length = Math.min(blockTokens, reader.length - offset)
    reader.read(offset, buffer.subarray(window, window + length))
    for (let index = window; index < window + length; index++) {
      const left = offset + index - window >= window ? mixed(buffer[index - window]!) : 0
      hash = (Math.imul(hash, base) + mixed(buffer[index]!) - Math.imul(leaving, left)) | 0
      if (offset + index - window + 1 >= window) visit(hash, buffer, index - window + 1)
    }
    buffer.copyWithin(0, length, length + window)
    await setImmediate()
  }
}

function isSame(content: Int32Array, buffer: Int32Array, first: number): boolean {
  for (let index = 0; index < content.length; index++)
    if (content[index] !== buffer[first + index]) return false
  return true
}
