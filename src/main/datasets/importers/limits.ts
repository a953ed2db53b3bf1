/** What an import accepts at most. Generous for what a person trains on here, and finite for what was made to do harm. */

export const limits = {
  /** Bytes of one file after decompression. */
  decodedBytes: 64 * 2 ** 30,
  /** Times that a compressed file may grow, once it has become larger than `freelyDecodedBytes`. */
  ratio: 200,
  freelyDecodedBytes: 2 ** 30,
  /** Characters of one row of a table. */
  rowCharacters: 64 * 2 ** 20,
  /** Bytes that the columns of one row group of a Parquet file may hold, decompressed. */
  rowGroupBytes: 2 ** 30,
  /** Memory in which a Parquet file is decoded: such a row group fits, as strings of two bytes per character. */
  heapMegabytes: 4096,
  /** Files below one folder. */
  files: 2_000_000,
  /** Folders within one another. */
  depth: 16,
  /** Pixels along one side of an image that is stored. */
  side: 4096,
  /** Images of one dataset. */
  images: 50_000_000,
} as const
export type Limits = { readonly [Name in keyof typeof limits]: number }
