/** Texts on one line, as programmers write them: a line break is \n, a tabulator \t and a backslash \\. */

export function writeEscapes(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

/** The reverse of writeEscapes; a backslash before anything else stays what it is. */
export function readEscapes(text: string): string {
  const meanings: Record<string, string> = { n: '\n', t: '\t', '\\': '\\' }
  return text.replace(/\\([nt\\])/g, (_, letter: string) => meanings[letter]!)
}
