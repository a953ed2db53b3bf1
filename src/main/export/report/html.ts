/** Pieces of HTML and SVG as text, in which nothing that people named can become markup. */

/** Markup, as opposed to text. */
export class Markup {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

type Part = Markup | string | number | null | undefined | readonly Part[]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g

const written = (part: Part): string => {
  if (part instanceof Markup) return part.source
  if (Array.isArray(part)) return part.map(written).join('')
  if (part === null || part === undefined) return ''
  return String(part)
    .replaceAll(forbidden, ' ')
    .replaceAll(/[&<>"']/g, (character) => escapes[character]!)
}

/** Markup with texts put into it: html`<p>${name}</p>`. Only other markup goes in as it is. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(strings.map((string, index) => string + written(parts[index])).join(''))
