/** export: records, weights, models, reports and archives of runs and experiments, as files. */
import path from 'node:path'
import { Option, type Command } from 'commander'
import { exportedCheckpoints, exportFormats, type ExportRequest } from '../../../shared/exports.ts'
import { note, print, printDocument } from './output.ts'
import { orInterrupted, withWorkbench } from './session.ts'

interface ExportOptions extends Omit<ExportRequest, 'id'> {
  home?: string
  json?: boolean
  out: string
}

export function exportCommands(program: Command, common: (command: Command) => Command): void {
  common(program.command('export'))
    .description('write a run, or an experiment with all of its runs, to files that other programs read')
    .argument('<id>', 'of a run or an experiment')
    .addOption(
      new Option(
        '--format <format>',
        'csv, json: everything recorded; safetensors: weights with the names of nanoGPT; onnx: the model; ' +
          'tensorboard: event files; report: HTML; charts: its curves as SVG and PNG; archive: an experiment for another machine',
      )
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <path>', 'file or folder; a path that ends in .zip becomes an archive of them')
    .addOption(
      new Option('--checkpoint <which>', 'whose weights (default: best)').choices(exportedCheckpoints),
    )
    .option('--with-dataset', 'of an archive: put the dataset into it')
    .action((id: string, options: ExportOptions) => exportRecords(id, options))
}

/** Writes the export to `out` and prints the files. */
function exportRecords(id: string, { home, json, out, ...request }: ExportOptions): Promise<void> {
  return withWorkbench({ ...(home && { home }) }, async (workbench, signal) => {
    const files = await orInterrupted(workbench.exports.to({ id, ...request }, out, signal), signal)
    if (json) return printDocument({ export: { id, format: request.format, files } })
    for (const file of files) print(nearby(file))
    if (files.length > 1) note(`${files.length} files`)
  })
}

/** A path as a person would type it here: relative where it lies below. */
function nearby(file: string): string {
  const relative = path.relative('', file)
  return relative === '' || relative.startsWith('..') ? file : relative
}
