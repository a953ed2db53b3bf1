/** Records by two ways are one: lines that are split, and csv-parse. */
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BrokenRecord, csvRecords } from '../../../../../src/main/datasets/importers/tables/csvRecords.ts'

const rowCharacters = 12

async function read(pieces: readonly string[]): Promise<string[][] | string> {
  const records: string[][] = []
  try {
    for await (const batch of csvRecords(given(pieces), { separator: ',', rowCharacters }))
      records.push(...batch)
    return records
  } catch (error) {
    if (!(error instanceof BrokenRecord)) throw error
    return `${error.code} in ${error.record}`
  }
}
async function* given(pieces: readonly string[]) {
  yield* pieces
}

/** By csv-parse alone. */
function expected(text: string): string[][] | string {
  try {
    return parse(text, {
      ...{ delimiter: ',', relax_quotes: true, relax_column_count: true },
      ...{ skip_empty_lines: true, max_record_size: rowCharacters },
    })
  } catch (error) {
    if (error instanceof CsvError) return `${error.code} in ${Number(error.records) + 1}`
    throw error
  }
}

const piece = (...units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 9 })

it.each([
  ['without quotation marks', ['a', '1', ',', '\n', '\r', '\r\n', ' ']],
  ['with some', ['a', '1', ',', '\n', '\r\n', '"', 'b', ',"', '",']],
])('tables %s are read as csv-parse reads them, however they are cut into pieces', async (_, units) => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece(...units), { maxLength: 8 }), async (pieces) => {
      expect(await read(pieces)).toEqual(expected(pieces.join('')))
    }),
    { numRuns: 2000 },
  )
})

it('a line without an end is not collected for ever', async () => {
  let taken = 0
  const endless = (async function* () {
    for (;;) {
      taken++
      yield 'abcdef'
    }
  })()
  const all = (async () => {
    for await (const _ of csvRecords(endless, { separator: ',', rowCharacters }));
  })()
  await expect(all).rejects.toMatchObject({ code: 'CSV_MAX_RECORD_SIZE', record: 1 })
  expect(taken).toBeLessThan(1000)
})
