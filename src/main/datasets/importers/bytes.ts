/** Reading a stream of pieces by exact counts, as formats with headers and records need it. */

export interface ByteReader {
  /** Fills `target` as far as there are bytes, and returns how many there were. */
  read(target: Uint8Array): Promise<number>
  /** Ends the stream where it is. */
  close(): Promise<void>
}

export function byteReader(pieces: AsyncGenerator<Uint8Array>): ByteReader {
  let rest: Uint8Array = new Uint8Array(0)
  return {
    async read(target) {
      let filled = 0
      while (filled < target.length) {
        if (rest.length === 0) {
          const next = await pieces.next()
          if (next.done) break
          rest = next.value
          continue
        }
        const taken = rest.subarray(0, target.length - filled)
        target.set(taken, filled)
        filled += taken.length
        rest = rest.subarray(taken.length)
      }
      return filled
    },
    close: async () => void (await pieces.return(undefined)),
  }
}
