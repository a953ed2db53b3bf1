/** The commands about datasets. */
import type { Command } from 'commander'
import { labelChangeSchema, tagSchema } from '../../../shared/library.ts'
import { parseAs, parseEach } from './arguments.ts'
import { listDatasets } from './datasets.ts'
import { importOptions, importPaths, type ImportCommandOptions } from './import.ts'
import { labelDataset, showDataset, showHealth } from './library.ts'
import { common, onWorkbench, type CommonOptions } from './options.ts'
import { print, printDocument } from './output.ts'
import { withWorkbench } from './session.ts'

export function libraryCommands(program: Command): void {
  importOptions(common(program.command('import')))
    .description(
      'import files and folders into the library: texts, tables, class folders of images, IDX, CIFAR, numpy',
    )
    .argument('<path...>', 'files that belong together become one dataset, others one each')
    .action((paths: string[], options: ImportCommandOptions) =>
      importPaths(paths, options, (message) => program.error(`error: ${message}`, { exitCode: 2 })),
    )

  common(program.command('datasets'))
    .description('list the library')
    .action((options: CommonOptions) =>
      onWorkbench((workbench, _, json) => listDatasets(workbench, json))('', options),
    )

  const labelled = labelChangeSchema.shape
  const dataset = program.command('dataset').description('look at one dataset, or manage it')
  common(dataset.command('show'))
    .description('show what is in a dataset')
    .argument('<id>')
    .action(onWorkbench(showDataset))
  common(dataset.command('health'))
    .description('show what was found in a dataset that a training should not be begun without knowing')
    .argument('<id>')
    .action((id: string, options: CommonOptions) =>
      withWorkbench(options, (workbench, signal) => showHealth(workbench, id, options.json ?? false, signal)),
    )
  common(dataset.command('rename'))
    .description('give a dataset another name; its id and its content stay')
    .argument('<id>')
    .argument('<name>', 'as it is shown', parseAs(labelled.name.unwrap()))
    .action((id: string, name: string, options: CommonOptions) =>
      withWorkbench(options, (workbench) => labelDataset(workbench, id, { name }, options.json ?? false)),
    )
  common(dataset.command('tag'))
    .description('give a dataset these tags instead of those it has; without any, it has none')
    .argument('<id>')
    .argument('[tag...]', 'words of your own', parseEach(tagSchema))
    .action((id: string, tags: string[], options: CommonOptions) =>
      withWorkbench(options, (workbench) => labelDataset(workbench, id, { tags }, options.json ?? false)),
    )
  common(dataset.command('remove'))
    .description('remove a dataset from the library; its runs keep their records')
    .argument('<id>')
    .action(
      onWorkbench(async (workbench, id, json) => {
        await workbench.api.removeDataset({ id })
        if (json) printDocument({ removed: id })
        else print(`Removed ${id}.`)
      }),
    )
}
