/** What the measurements of a text mean for training on it: one plain sentence each, with what to do. */
import type { Recipe } from '../../../shared/contract.ts'
import type { TextDataset } from '../../../shared/experiment.ts'
import type { Finding, OddGroup, TextHealth } from '../../../shared/health.ts'
import { seldomBelow } from './frequencies.ts'
import { noteFindings } from './notes.ts'
import { countOf, plural, shareOf } from './words.ts'

/** Fewer validation tokens than this make a loss that jumps between evaluations of equal models. */
const fewValidationTokens = 10_000
/** A share of repeated windows from which on a validation loss says little about new text. */
const muchRepeated = 0.01

type Measured = Omit<TextHealth, 'kind' | 'findings'>

export function textFindings(
  dataset: TextDataset,
  measured: Measured,
  recipes: readonly Recipe[],
): Finding[] {
  return [
    ...repetitionFinding(measured),
    ...lengthFindings(dataset, recipes),
    ...validationFinding(dataset),
    ...tokenFindings(dataset, measured),
    ...oddFindings(measured),
    ...lineFindings(measured),
    ...noteFindings(dataset),
  ].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
}

function repetitionFinding({ repetition }: Measured): Finding[] {
  const { window, windows, examined, found } = repetition
  if (found === 0) return []
  const share = found / examined
  const counted =
    examined === windows
      ? `${countOf(found)} of ${plural(windows, 'window')}`
      : `${countOf(found)} of ${plural(examined, 'window')} drawn from ${countOf(windows)}`
  return [
    {
      code: 'validation-in-training',
      severity: share >= muchRepeated ? 'warning' : 'info',
      message: `${shareOf(found, examined)} of the validation text stands word for word in the training text (${counted} of ${window} tokens).`,
      advice:
        'Remove repeated passages or split by document: what was memorised counts as learned in the validation loss.',
    },
  ]
}

function lengthFindings({ train, validation }: TextDataset, recipes: readonly Recipe[]): Finding[] {
  const shorter = Math.min(train, validation)
  const split = train <= validation ? 'training' : 'validation'
  const tooLong = recipes.filter(
    ({ kind, configuration }) => kind === 'text' && configuration.context >= shorter,
  )
  return tooLong.map(({ name, configuration }) => ({
    code: 'too-short-for-context',
    severity: 'warning' as const,
    message: `The ${split} split has ${plural(shorter, 'token')}, too few for the context of ${configuration.context} tokens of the recipe ${name}.`,
    advice: `Use a longer text, or a context of at most ${Math.max(1, shorter - 1)}.`,
  }))
}

function validationFinding({ validation }: TextDataset): Finding[] {
  if (validation >= fewValidationTokens) return []
  return [
    {
      code: 'small-validation',
      severity: 'warning',
      message: `The validation split has only ${plural(validation, 'token')}: small differences of its loss are chance.`,
      advice: `Use a longer text or a larger validation share; ${countOf(fewValidationTokens)} tokens and several seeds make differences tell.`,
    },
  ]
}

function tokenFindings({ validation }: TextDataset, { frequencies }: Measured): Finding[] {
  const { used, seldom, unseen, unseenPlaces } = frequencies
  const found: Finding[] = []
  if (unseen > 0)
    found.push({
      code: 'unseen-tokens',
      severity: unseenPlaces / validation >= 0.001 ? 'warning' : 'info',
      message: `${plural(unseen, 'token')} of ${countOf(used)} ${unseen === 1 ? 'occurs' : 'occur'} in the validation split only, at ${plural(unseenPlaces, 'place')}: no model can have learned ${unseen === 1 ? 'it' : 'them'}.`,
      advice: 'Split by document with another seed, or use bytes as tokens, which all occur.',
    })
  if (seldom > 0)
    found.push({
      code: 'rare-tokens',
      severity: 'info',
      message: `${plural(seldom, 'token')} of ${countOf(used)} ${seldom === 1 ? 'occurs' : 'occur'} fewer than ${seldomBelow} times in training, too seldom to be learned well.`,
      advice: 'This is usual for a few; where they are many, use bytes or a smaller vocabulary.',
    })
  return found
}

/** What each group is called, whether it is a sign of damage, and what to do. */
const groups: Record<OddGroup, Pick<Finding, 'severity' | 'advice'> & { name: string }> = {
  replacement: {
    name: 'replacement character',
    severity: 'warning',
    advice: 'The text was decoded with a wrong encoding before it came here: import the original file.',
  },
  control: {
    name: 'control character',
    severity: 'warning',
    advice: 'Remove them unless the text is meant to have them: they are often left over from a conversion.',
  },
  'zero-width': {
    name: 'zero-width character',
    severity: 'info',
    advice: 'Nobody sees them, but each is a token; emoji and some scripts need them, other text does not.',
  },
  direction: {
    name: 'direction mark',
    severity: 'info',
    advice: 'Text that is written from right to left may need them; remove them from other text.',
  },
  'line-separator': {
    name: 'Unicode line separator',
    severity: 'info',
    advice: 'Replace them by line ends where they are meant as such.',
  },
  'private-use': {
    name: 'private-use character',
    severity: 'info',
    advice: 'They mean something in one font only, often an icon: remove them unless you know what they are.',
  },
  noncharacter: {
    name: 'noncharacter code point',
    severity: 'warning',
    advice: 'They occur in damaged text: import the original file.',
  },
}

function oddFindings({ odd }: Measured): Finding[] {
  return [...Map.groupBy(odd, ({ group }) => group)].map(([group, members]) => {
    const { name, severity, advice } = groups[group]
    const total = members.reduce((sum, { count }) => sum + count, 0)
    const which = members.slice(0, 3).map(describe).join(', ')
    const more = members.length > 3 ? ` and ${countOf(members.length - 3)} other kinds` : ''
    return {
      code: `odd-${group}`,
      severity,
      message: `The text has ${plural(total, name)}: ${which}${more}.`,
      advice,
    }
  })
}

/** "U+200B 12 times" */
const describe = ({ codePoint, count }: Measured['odd'][number]) =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} ${count === 1 ? 'once' : `${countOf(count)} times`}`

function lineFindings({ lines }: Measured): Finding[] {
  const { lf, crlf, cr } = lines.ends
  const kinds = [
    ['LF', lf],
    ['CRLF', crlf],
    ['CR', cr],
  ] as const
  const present = kinds.filter(([, count]) => count > 0)
  const found: Finding[] = []
  if (present.length > 1)
    found.push({
      code: 'mixed-line-ends',
      severity: 'warning',
      message: `Lines end in different ways: ${present.map(([name, count]) => `${countOf(count)} with ${name}`).join(', ')}.`,
      advice: 'Import the file again with its line ends as LF, so that a line end is one token.',
    })
  else if (crlf + cr > 0)
    found.push({
      code: 'foreign-line-ends',
      severity: 'info',
      message: `All ${countOf(crlf + cr)} lines end with ${crlf > 0 ? 'CRLF' : 'CR'}.`,
      advice: 'Models learn this too; with line ends as LF, a line end is one token.',
    })
  return found
}
