/** Writes docs/attention.md from the catalogue; test/docs/attention.test.ts holds the two together. */
import { z } from 'zod'
import { attentionAxesSchema, choicesOf, futureLeak, standardAxes } from '../src/shared/attention.ts'
import { formulaOf } from '../src/shared/catalogue/formula.ts'
import { variants } from '../src/shared/catalogue/variants.ts'
import type { AttentionAxes } from '../src/shared/attention.ts'
import type { Variant } from '../src/shared/contract.ts'

const code = (text: string): string => `\`${text}\``

const introduction = String.raw`# Attention variants

This page is made from [the catalogue](../src/shared/catalogue/variants.ts) by ${code('npx vitest run test/docs -u')}; a test says
when it is out of date.

A variant is a choice on each of several axes, and every axis has a neutral choice. All of them neutral is standard
attention, so that two variants differ in what their choices name and in nothing else: the same maps to queries, keys
and values, the same initial weights for the same seed, the same batches.

$$
\text{score } s_{ij} \to \text{normaliser } A \to \text{operator } M V \to \text{additive term} \to \text{readout} \to \text{block}
$$

Per head: $Q, K, V$ have a row of $d$ channels for each of $n$ tokens; $\eta = q/\sqrt d$; $A=\operatorname{softmax}(QK^\top/\sqrt d)$
unless the normaliser says otherwise; $I$ is the identity; $U$ the uniform average over the tokens that a token may see.
In a language model a token sees itself and what came before; in a vision transformer every token sees all of them.
Dropout drops entries of $A$, after the normaliser and before anything else, and never entries of $I$ or $U$. What the
papers say and what was derived from them is in [theory.md](theory.md).

The functions are in [src/main/model/attention](../src/main/model/attention), one file per axis. What holds for every
variant (causality bit for bit, permutation equivariance, gradients against central differences in float64, the neutral
setting, independence of the sequences of a batch, no NaN at scores of ±80, the number of parameters) and the invariant
of each row below are [one table of tests](../test/main/model/attention/rows.ts), run on the devices ${code('cpu')} and ${code('reference')}.
Twenty training steps of a small model with each variant equal those of [an independent PyTorch
program](../test/fixtures/model/pytorch_reference.py) in float64, within 1e-4 in losses and weights.
`

const axisNames = ['score', 'prior', 'diagonal', 'normaliser', 'operator', 'term', 'readout'] as const

/** The smallest combination that shows a choice: most stand alone, two need the score that they belong to. */
function shown(axis: (typeof axisNames)[number], choice: string): AttentionAxes {
  const company = axis === 'prior' && choice === 'magnitude' ? { score: 'distance' } : {}
  return attentionAxesSchema.parse({ ...company, [axis]: choice })
}

const described = (schema: z.ZodType): string => schema.description ?? ''
const math = (tex: string): string => `$${tex}$`

function axisSection(axis: (typeof axisNames)[number]): string {
  const schema = attentionAxesSchema.shape[axis]
  const choices = schema.unwrap().options as string[]
  const rows = choices.map((choice) => {
    const neutral = standardAxes[axis] === choice ? ' (neutral)' : ''
    const only = futureLeak(shown(axis, choice)) ? 'images only' : ''
    return `| \`${choice}\`${neutral} | ${math(formulaOf(shown(axis, choice)))} | ${only} |`
  })
  return [
    `### ${axis}`,
    `${capitalised(described(schema))}.`,
    ['| choice | with everything else neutral | limit |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')
}

/** The axes whose values are numbers, and what a variant may set of the block around it. */
function numbersSection(): string {
  const names = Object.keys(attentionAxesSchema.shape) as (keyof AttentionAxes)[]
  const rows = names
    .filter((name) => typeof standardAxes[name] === 'number')
    .map(
      (name) =>
        `| \`${name}\` | ${String(standardAxes[name])} | ${described(attentionAxesSchema.shape[name])} |`,
    )
  const block = Object.keys(attentionAxesSchema.shape.block.unwrap().shape).map((name) => `\`${name}\``)
  return [
    '### Numbers',
    ['| value | if not given | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
    '### block',
    `${capitalised(described(attentionAxesSchema.shape.block))}: ${block.join(', ')}.`,
  ].join('\n\n')
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function variantSection(variant: Variant): string {
  const choices = choicesOf(variant.axes)
  const lines = [
    `- **Learns**: ${variant.parameters}.`,
    `- **Is standard attention**: ${variant.reduction}.`,
    `- **Invariant**: ${variant.invariant}.`,
    `- **Causal**: ${variant.futureLeak === null ? 'yes' : `no: ${variant.futureLeak}`}.`,
    `- **Axes**: ${Object.keys(choices).length > 0 ? `\`${JSON.stringify(choices)}\`` : 'all neutral'}.`,
    `- **Source**: ${variant.source}.`,
  ]
  return [
    `#### ${variant.name} (\`${variant.id}\`)`,
    variant.meaning,
    `$$\n${variant.formula}\n$$`,
    lines.join('\n'),
  ].join('\n\n')
}

const own = `## A variant of your own

A JSON file names a combination; choices that it leaves out are neutral:

\`\`\`json
{
  "id": "cosine-laplacian",
  "name": "Cosine Laplacian",
  "meaning": "Graph diffusion on directions.",
  "axes": { "score": "cosine", "operator": "laplacian", "block": { "norm": "rms" } }
}
\`\`\`

\`compare --attention standard,cosine-laplacian.json\` trains it beside others; \`variants add cosine-laplacian.json\` keeps it.
The window has an editor for it. Combinations that contradict themselves, and those that would let a language model see
the future, are refused with the reason. The promises above (causality, finite numbers) are tested on random
combinations as well.
`

export function attentionPage(): string {
  const families = [...new Set(variants.map(({ family }) => family))]
  return [
    introduction,
    '## The axes',
    ...axisNames.map(axisSection),
    numbersSection(),
    '## The built-in variants',
    ...families.flatMap((family) => [
      `### ${family}`,
      ...variants.filter((variant) => variant.family === family).map(variantSection),
    ]),
    own,
  ].join('\n\n')
}
