/**
 * What the command line writes: results to stdout, everything else to stderr. With --json stdout carries exactly one
 * JSON document. A reader that leaves early (`| head`) ends the writing, not the program with a stack trace.
 */
import { stripVTControlCharacters, styleText } from 'node:util'
import type { ErrorRecord } from '../../../shared/experiment.ts'

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

type Style = Parameters<typeof styleText>[0]

/** Styled where stdout is a terminal and NO_COLOR does not forbid it. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printDocument(document: unknown): void {
  print(JSON.stringify(document, null, 2))
}

/** A line for the person at the keyboard. */
export function note(text: string): void {
  process.stderr.write(`${onOneLine(text)}\n`)
}

/** One line on stderr: what failed, and what to do next. */
export function printError({ message, hint }: Pick<ErrorRecord, 'message' | 'hint'>): void {
  const label = styleText('red', 'error:', { stream: process.stderr })
  process.stderr.write(`${label} ${onOneLine([message, hint].filter(Boolean).join(' '))}\n`)
}

/** Text from outside (names, file contents) may not move the cursor or break a line. */
export function onOneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

/** The same for text whose line breaks and tabs are its own. It may come in pieces. */
export function onItsLines(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')
}

export interface Column<Row> {
  title: string
  value: (row: Row) => string
  /** Numbers are aligned right. */
  align?: 'right'
}

/** Aligned columns under a header. The last column is not padded. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => onOneLine(column.value(row))))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]!.length)),
  )
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) =>
        columns[index]!.align === 'right' ? text.padStart(widths[index]!) : text.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd()
  return [styled('bold', line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n')
}

/** Names and values, one pair a line. */
export function properties(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${styled('dim', name.padEnd(width))}  ${onOneLine(value)}`).join('\n')
}
