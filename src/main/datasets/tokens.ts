/** Positioned reads of a dataset's tokens: a few system calls per batch, never the whole file. */
import fs from 'node:fs'
import path from 'node:path'
import { readDatasetOf, readFully, tokenArray, tokenBytes, tokensFile } from './format.ts'

/** The most tokens of one system call; longer reads are made of several. */
const blockTokens = 65_536

export interface TokenReader {
  /** Tokens of the split. */
  readonly length: number
  /**
   * Fills `target` with the tokens from `offset` (within the split) on.
   * Throws RangeError where that leaves the split, WorkbenchError 'dataset-damaged' where the file ends too early.
   */
  read(offset: number, target: Int32Array): void
  close(): void
}

/** Opens a split of the dataset in `folder`. Throws WorkbenchError 'dataset-damaged', or 'wrong-kind' for images. */
export function openTokens(folder: string, split: 'train' | 'validation'): TokenReader {
  const { train, validation, vocabulary } = readDatasetOf('text', folder)
  return split === 'train'
    ? openSplit(folder, { vocabulary, first: 0, length: train })
    : openSplit(folder, { vocabulary, first: train, length: validation })
}

/** The `length` tokens from `first` on of the tokens.bin in `folder`, whether or not it is a dataset yet. */
export function openSplit(
  folder: string,
  { vocabulary, first, length }: { vocabulary: number; first: number; length: number },
): TokenReader {
  const block = tokenArray(vocabulary, Math.min(blockTokens, length))
  const descriptor = fs.openSync(path.join(folder, tokensFile), 'r')
  return {
    length,
    read(offset, target) {
      if (!Number.isInteger(offset) || offset < 0 || offset + target.length > length)
        throw new RangeError(`Tokens ${offset} to ${offset + target.length} are not within 0 to ${length}.`)
      for (let done = 0; done < target.length; done += block.length) {
        const tokens = block.subarray(0, target.length - done)
        readFully(
          descriptor,
          new Uint8Array(tokens.buffer, 0, tokens.byteLength),
          (first + offset + done) * tokenBytes(vocabulary),
          { folder, file: tokensFile },
        )
        target.set(tokens, done)
      }
    },
    close: () => fs.closeSync(descriptor),
  }
}
