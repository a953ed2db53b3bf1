/** Writes docs/statistics.md from the catalogue; test/docs/statistics.test.ts holds the two together. */
import { statistics } from '../src/shared/catalogue/statistics.ts'
import type { Statistic } from '../src/shared/catalogue/statistics/statistic.ts'
import { recipes } from '../src/shared/catalogue/recipes.ts'
import { runConfigurationSchema, type ConfigurationKey } from '../src/shared/experiment.ts'

const code = (text: string): string => `\`${text}\``
const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const light = statistics.filter(({ profile }) => profile === 'light').length

const introduction = `# Statistics of hidden states

This page is made from [the catalogue](../src/shared/catalogue/statistics.ts) by ${code('npx vitest run test/docs -u')}; a test
says when it is out of date. It has ${statistics.length} statistics, of which ${light} are in the profile ${code('light')}.

A run measures its own hidden states before the first step and at every evaluation: at each block, at several places
within it, of each head. What it is measured on, the *probe batch*, is some sequences or images of the validation split
and some tokens of theirs, from different sequences and positions. They follow from the dataset alone: all
variants, all seeds and all steps of an experiment are measured on the same tokens.

## What a run measures

These values of a recipe decide it; ${code('--set statistics=full')} changes one.`

const keys = [
  'statistics',
  'probeTokens',
  'probeSequences',
  'probeMegabytes',
] as const satisfies ConfigurationKey[]
const settings = tableOf(
  ['value', 'in the recipes', 'meaning'],
  keys.map((key) => [
    code(key),
    [...new Set(recipes.map(({ configuration }) => String(configuration[key])))].join(', '),
    runConfigurationSchema.shape[key].description!,
  ]),
)

const looking = `A list may name profiles and ids: ${code('light,partition-isotropy')} is the light ones and one more. Measuring changes nothing
in a run: its batches, weights and losses are the same whatever is measured.

\`\`\`sh
statistics RUN                                      # the last step, layer beside layer
statistics RUN --layer 2 --tap hook_resid_post --json  # every step, as data
statistics compare EXPERIMENT --statistic participation-ratio  # variants, mean and spread over seeds
statistics similarity EXPERIMENT --measure cka      # variants beside each other, over seeds
statistics similarity RUN RUN                       # layers of two runs; of one run with --steps its steps
statistics spectrum RUN                             # eigenvalues, layer beside layer
statistics project RUN RUN --json                   # two dimensions, on common axes
statistics list                                     # this catalogue
\`\`\`

Everything measured is in the view ${code('statistics')} of the [database](database.md), and the attention maps and hidden states
that were kept are in its table ${code('probe')}.

## Between runs

Runs keep the residual stream behind every block at 256 of the sampled tokens, and the attention maps of some sequences, of as
many evaluations as ${code('probeMegabytes')} has room for. What needs the numbers themselves is taken from these:

- **Similarity** (linear CKA and its kin, and the divergence of attention) of any two kept states: variants, seeds, layers, steps. Of
  an experiment it is a matrix variant by variant, twice. *Same seed*: pairs of runs that differ in the variant alone, and share
  their initial weights where these have the same shape. *Different seeds*: all other pairs; its diagonal, two seeds of the same
  variant, is the **noise floor**: what differs no more than that does not differ by its variant. Means and standard
  deviations are over pairs, which share runs; they describe and test nothing.
- **Spectra**: the eigenvalues of the covariance. With 256 tokens there are at most 255 of them, and the last are too small.
- **Projections**: two axes that all shown clouds have in common, the leading eigenvectors of the mean of their covariances, each divided
  by its trace, at the latest step that all keep. They stay while steps pass. Every cloud is drawn from its own mean.

Runs whose probe batches differ (another dataset, context, ${code('probeTokens')}) are refused: row by row their states do not belong
together. With 256 tokens and more than 25 channels plain CKA is too high; the debiased one is not.

## Where it is measured

Places are named as in [TransformerLens](https://github.com/TransformerLensOrg/TransformerLens), without the block. Layers and heads
count from 0.`

const taps: readonly (readonly [name: string, meaning: string])[] = [
  [
    'hook_resid_pre',
    'the residual stream on entry to the first block; further on it is what the block before left',
  ],
  [
    'ln1.hook_normalized',
    'what the norm before attention makes of it; with post-norm, the norm after the sum',
  ],
  ['attn.hook_q, attn.hook_k, attn.hook_v', 'queries, keys and values of a head'],
  [
    'attn.hook_pattern',
    'the attention matrix of a head: after the normaliser, before the operator of the variant',
  ],
  ['attn.hook_z', 'what a head reads of the values, with operator and additive term'],
  ['hook_attn_out', 'the output of attention, heads joined, before its step size'],
  ['hook_resid_mid', 'the sum of the two: the residual stream between attention and MLP'],
  ['ln2.hook_normalized', 'what the norm before the MLP makes of it; with post-norm, the norm after the sum'],
  ['hook_mlp_out', 'the output of the MLP, before its step size'],
  ['hook_resid_post', 'the sum that leaves the block; with post-norm, before its last norm'],
  ['attn', 'all heads of a layer together'],
  ['block', 'the parameters of a block while it trains'],
]

const subjects: Record<Statistic['of'], string> = {
  tokens: 'the sampled tokens, of different sequences and positions, at one place',
  sequences: 'all tokens of one sequence at a time; the mean over some sequences',
  branch: 'the output of attention or MLP, with the residual stream that it joins',
  attention:
    'one head on one sequence: its attention matrix, queries, keys, values; the mean over some sequences',
  heads: 'all heads of a layer together',
  pair: 'two clouds of the same tokens',
  labels: 'the sampled tokens with a class each: in a text the token that follows, of an image its label',
  training: 'the parameters and gradients of a run',
}

const care = `## Reading with care

- **Effect sizes, not p-values.** Tokens of one text depend on each other, so that a test that takes them for independent
  draws would find everything significant. Compare a number with that of its Gaussian surrogate where it has one (the
  same count of tokens and dimensions), with that of another seed, with that of step 0. The intervals of
  ${code('statistics compare')} are over seeds, which are independent.
- **Which effective rank.** There are two that are called by this name: of the eigenvalues of the covariance
  (${code('effective-rank-eigenvalues')}), and of the singular values (${code('effective-rank-singular-values')}), which is the larger. Both
  are here; papers and codes differ in which they mean. The participation ratio is never above the first.
- **How many tokens.** With n tokens no more than n − 1 dimensions show, and many numbers depend on n. Compare only runs
  with the same ${code('probeTokens')}.
- **Step 0 is not nothing.** At initialisation variants differ already in the size of what attention adds to the residual
  stream ([theory.md](theory.md), C.6). See ${code('branch-ratio')} before reading a difference as learned.
- **Not defined.** A value is null, – in tables, where a statistic is not defined: constant tokens, fewer tokens than it needs, a
  zero denominator.
- **Heads have no order.** Head 0 of one seed is not head 0 of another. ${code('statistics compare')} takes the mean over the heads
  of a run before it goes over seeds; ${code('--each-head')} has them apart.
- **A number is no verdict.** A higher rank or a lower entropy is a description; which one is better, the validation loss says.

## Notation

A tap holds tokens as rows $x_i$ of $X$ $(n, D)$; $\\bar x$ is their mean, $X_c$ is centred, $C=X_c^\\top X_c/n$ their covariance with
eigenvalues $\\lambda_1\\ge\\lambda_2\\ge\\dots$. A head on a sequence of $T$ tokens has queries, keys and values $q_i,k_i,v_i$ of $d$
channels, $\\eta=q/\\sqrt d$, scores $s_{ij}$ and attention $a_{ij}$, the rows of $A$. Entropies and log Z are in nats. "theory" is
[theory.md](theory.md). The functions are in [src/main/statistics](../src/main/statistics), one file per family, tested against the known values of
theory 3 and 5.`

function statisticSection(statistic: Statistic): string {
  const { name, id, meaning, formula, range, neutral, units, reading, caveat, profile, of, source } =
    statistic
  const limits = [
    range,
    ...(neutral === undefined ? [] : [`neutral at ${String(neutral).replace('-', '−')}`]),
    ...(units === 'none' ? [] : [`in ${units}`]),
  ]
  const lines = [
    `- **Range**: ${sentence(limits.join('; '))}`,
    `- **How to read it**: ${sentence(reading)}`,
    ...(caveat === null ? [] : [`- **Caveat**: ${sentence(caveat)}`]),
    `- **Measured of**: ${of}; profile ${code(profile)}.`,
    `- **Source**: ${sentence(source)}`,
  ]
  return [`#### ${name} (${code(id)})`, meaning, `$$\n${formula}\n$$`, lines.join('\n')].join('\n\n')
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/** The ids of a family, on one line. */
function contentsOf(family: string): string {
  const ids = statistics
    .filter((statistic) => statistic.family === family)
    .map(({ id, profile }) => (profile === 'light' ? `**${code(id)}**` : code(id)))
  return `- ${family}: ${ids.join(', ')}`
}

export function statisticsPage(): string {
  const families = [...new Set(statistics.map(({ family }) => family))]
  return [
    introduction,
    settings,
    looking,
    tableOf(
      ['tap', 'what it is'],
      taps.map(([names, meaning]) => [names.split(', ').map(code).join(', '), meaning]),
    ),
    'What a statistic is measured of:',
    tableOf(['', 'is'], Object.entries(subjects)),
    care,
    '## The statistics',
    `By family; those of ${code('light')} in bold.`,
    families.map(contentsOf).join('\n'),
    ...families.flatMap((family) => [
      `### ${family}`,
      ...statistics.filter((statistic) => statistic.family === family).map(statisticSection),
    ]),
  ].join('\n\n')
}
