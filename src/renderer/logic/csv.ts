/** Tables of names and numbers, and as comma-separated values (RFC 4180): what a spreadsheet reads. */

export interface Table {
  header: readonly string[]
  rows: readonly (readonly Field[])[]
}
export type Field = string | number | null

/** Numbers with all their digits; null, and a number that is none, is an empty field. */
export function writeCsv({ header, rows }: Table): string {
  const field = (value: Field) => {
    const text = value === null || (typeof value === 'number' && !Number.isFinite(value)) ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [header, ...rows].map((row) => row.map(field).join(',') + '\r\n').join('')
}
