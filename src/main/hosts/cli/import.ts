/** import: what can be chosen of an import on the command line, and the imports of one command in turn. */
import { Option, type Command } from 'commander'
import {
  encodings,
  imageSizeSchema,
  importChoicesSchema,
  mostMergedTokens,
  splitChoiceSchema,
} from '../../../shared/imports.ts'
import type { ImportChoices, SplitChoice, TokenizerChoice } from '../../../shared/imports.ts'
import { parseAs, parseTokenizer, parseVocabulary } from './arguments.ts'
import { importArchive, isArchive } from './archive.ts'
import { importSource, printImported, printImportPlan } from './datasets.ts'
import { printDocument } from './output.ts'
import { createProgress, silence } from './progress.ts'
import { withWorkbench } from './session.ts'

/** Tokens of byte pair encoding where a person names no number: 768 merges. */
const usualVocabulary = 1024

export interface ImportCommandOptions {
  home?: string
  json?: boolean
  name?: string
  /** Says what the files would become, and imports nothing. */
  dryRun?: boolean
  imageSize?: number
  column?: string
  labelColumn?: string
  encoding?: NonNullable<ImportChoices['encoding']>
  newlines?: NonNullable<ImportChoices['newlines']>
  tokenizer?: Exclude<TokenizerChoice, { kind: 'bpe' }> | { kind: 'bpe' }
  vocabulary?: number
  splitBy?: NonNullable<SplitChoice['by']>
  validation?: number
  splitSeed?: number
}

export function importOptions(command: Command): Command {
  const split = splitChoiceSchema.shape
  const { column, labelColumn, newlines } = importChoicesSchema.shape
  return command
    .option('--dry-run', 'say what the files would become, and import nothing')
    .option('--name <name>', 'name of the dataset (default: after its files)')
    .option(
      '--image-size <pixels>',
      'side that image files are scaled to; of a table, pixels in a row',
      parseAs(imageSizeSchema),
    )
    .option('--column <name>', 'of a table: the column of texts, or of image files', parseAs(column.unwrap()))
    .option(
      '--label-column <name>',
      'of a table of images: the column of their classes',
      parseAs(labelColumn.unwrap()),
    )
    .addOption(new Option('--encoding <encoding>', 'of text (default: guessed, and said)').choices(encodings))
    .addOption(
      new Option('--newlines <which>', 'line ends of text: kept (default), or those of Unix').choices(
        newlines.unwrap().options,
      ),
    )
    .option(
      '--tokenizer <which>',
      'of text: character (default), byte, bpe (learned from the text), or the path of a tokenizer.json',
      parseTokenizer,
    )
    .option(
      '--vocabulary <tokens>',
      `of bpe, 257 to ${mostMergedTokens} (default: ${usualVocabulary})`,
      parseVocabulary,
    )
    .addOption(
      new Option(
        '--split-by <unit>',
        'what of a text is for validation: its end (default), or whole documents, drawn',
      ).choices(split.by.unwrap().options),
    )
    .option(
      '--validation <share>',
      'share that is for validation (default: 0.1)',
      parseAs(split.validation.unwrap()),
    )
    .option('--split-seed <seed>', 'of drawn splits (default: 0)', parseAs(split.seed.unwrap()))
}

/** @throws what `refuse` throws, for options that contradict each other */
export function choicesOf(options: ImportCommandOptions, refuse: (message: string) => never): ImportChoices {
  const { tokenizer, vocabulary, splitBy: by, validation, splitSeed: seed } = options
  const { imageSize, column, labelColumn, encoding, newlines } = options
  if (vocabulary !== undefined && tokenizer?.kind !== 'bpe')
    refuse('--vocabulary is the size of what --tokenizer bpe learns')
  const chosen: TokenizerChoice | undefined =
    tokenizer?.kind === 'bpe' ? { kind: 'bpe', vocabulary: vocabulary ?? usualVocabulary } : tokenizer
  return {
    ...(imageSize !== undefined && { imageSize }),
    ...(column !== undefined && { column }),
    ...(labelColumn !== undefined && { labelColumn }),
    ...(encoding && { encoding }),
    ...(newlines && { newlines }),
    ...(chosen && { tokenizer: chosen }),
    ...((by ?? validation ?? seed) !== undefined && { split: { by, validation, seed } }),
  }
}

/** Imports every dataset that the paths are. @param refuse ends the command as bad usage */
export async function importPaths(
  paths: string[],
  options: ImportCommandOptions,
  refuse: (message: string) => never,
): Promise<void> {
  const { name, json } = options
  const archives = paths.filter(isArchive)
  if (archives.length > 0) {
    if (paths.length > 1) refuse('an archive of an experiment is imported by itself')
    return importArchive(archives[0]!, options)
  }
  const choices = choicesOf(options, refuse)
  await withWorkbench(options, async (workbench, signal) => {
    const plans = await workbench.api.planImport({ source: { kind: 'paths', paths } })
    if (options.dryRun) return printImportPlan(plans, json ?? false)
    if (name !== undefined && plans.length > 1)
      refuse(`--name names one dataset, and these are ${plans.length}`)
    const progress = json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
    const datasets = []
    for (const { source } of plans) {
      const request = { source, ...(name && { name }), ...choices }
      const dataset = await importSource(workbench, request, progress, signal)
      datasets.push(dataset)
      if (!json) printImported(dataset)
    }
    if (json) printDocument(datasets.length === 1 ? { dataset: datasets[0] } : { datasets })
  })
}
