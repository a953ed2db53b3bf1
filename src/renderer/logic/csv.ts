/** Tables as comma-separated values (RFC 4180): what a spreadsheet reads. */

/** Numbers with all their digits; null is an empty field. */
export function writeCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const field = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [header, ...rows].map((row) => row.map(field).join(',') + '\r\n').join('')
}
