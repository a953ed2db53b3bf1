/** Writes tokens.bin, training split first, from tokens that come in the order of the text. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { tokenArray, tokensFile } from './format.ts'

const stagedFile = 'validation.staged'
const copiedBytes = 4 * 2 ** 20

export interface TokenWriter {
  add(ids: Int32Array, isValidation: boolean): Promise<void>
  /** Puts the splits together and flushes them. Returns the tokens of each. */
  finish(): Promise<{ train: number; validation: number }>
  /** Lets go of the files, finished or not. */
  close(): Promise<void>
}

/** Validation tokens wait in a file of their own, unless none but such follow the first of them (`isLast`). */
export async function createTokenWriter(
  folder: string,
  vocabulary: number,
  { isLast }: { readonly isLast: boolean },
): Promise<TokenWriter> {
  const output = await fs.open(path.join(folder, tokensFile), 'wx')
  const staged = isLast ? output : await fs.open(path.join(folder, stagedFile), 'wx+')
  const counts = { train: 0, validation: 0 }
  /** One for all: what is let go is collected late. */
  let block = tokenArray(vocabulary, 0)
  return {
    async add(ids, isValidation) {
      counts[isValidation ? 'validation' : 'train'] += ids.length
      if (block.length < ids.length) block = tokenArray(vocabulary, ids.length)
      block.set(ids)
      const bytes = new Uint8Array(block.buffer, 0, ids.length * block.BYTES_PER_ELEMENT)
      await (isValidation ? staged : output).writeFile(bytes)
    },
    async finish() {
      if (!isLast) {
        await append(staged, output)
        await fs.rm(path.join(folder, stagedFile))
      }
      await output.sync()
      return counts
    },
    async close() {
      await output.close()
      if (!isLast) await staged.close()
    },
  }
}

async function append(source: fs.FileHandle, target: fs.FileHandle): Promise<void> {
  const block = new Uint8Array(copiedBytes)
  for (let position = 0; ;) {
    const { bytesRead } = await source.read(block, 0, block.length, position)
    if (bytesRead === 0) return
    await target.writeFile(block.subarray(0, bytesRead))
    position += bytesRead
  }
}
