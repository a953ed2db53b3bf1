/** A split read from its beginning to its end, a block at a time. */
import { setImmediate } from 'node:timers/promises'
import type { TokenReader } from '../tokens.ts'

export const blockTokens = 65_536

/** Every token, in blocks that are overwritten by the next one. Other work of the process goes on between them. */
export async function* tokenBlocks(reader: TokenReader): AsyncGenerator<Int32Array> {
  const buffer = new Int32Array(Math.min(blockTokens, reader.length))
  for (let offset = 0; offset < reader.length; offset += buffer.length) {
    const block = buffer.subarray(0, reader.length - offset)
    reader.read(offset, block)
    yield block
    await setImmediate()
  }
}
