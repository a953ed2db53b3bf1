/** What can be typed: the commands and their options. What each command does is in the files it names. */
import { Command, Option } from 'commander'
import { deviceChoiceSchema, type DeviceChoice } from '../../../shared/experiment.ts'
import { appVersion } from '../../workbench/versions.ts'
import type { Workbench } from '../../workbench.ts'
import { parseList, parsePort, parseSeed, parseSeeds, parseSetting, parseSteps } from './arguments.ts'
import { printDevices, printRecipes, printVariants } from './catalogue.ts'
import { importFile, listDatasets, printImported } from './datasets.ts'
import { compare, resume, train } from './experiment.ts'
import { print, printDocument } from './output.ts'
import { createProgress, silence } from './progress.ts'
import { listRuns, showRun, stopRun } from './runs.ts'
import { withWorkbench, type ExitCode } from './session.ts'
import { start } from './start.ts'

interface CommonOptions {
  home?: string
  json?: boolean
}

/** `onExit` receives the exit code of a command that ran to its end. */
export function createProgram(onExit: (code: ExitCode) => void): Command {
  const program = new Command('attention-workbench')
    .description(
      'Train small transformers that differ only in their attention, and compare them side by side.',
    )
    .version(appVersion)
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // index.ts prints errors, on one line
    .showSuggestionAfterError()

  const onWorkbench =
    (use: (workbench: Workbench, argument: string, json: boolean) => Promise<void>) =>
    (argument: string, options: CommonOptions) =>
      withWorkbench(options, (workbench) => use(workbench, argument, options.json ?? false))

  program
    .command('start')
    .description('open the app in a window')
    .addOption(homeOption())
    .option('--web', 'use the browser window even where Electron is available')
    .option('--no-open', 'open no window: print the address and keep serving')
    .option('--port <port>', 'port of the web host on 127.0.0.1 (default: a free one)', parsePort)
    .action(async (options) => onExit(await start(options)))

  common(program.command('import'))
    .description('import text files (UTF-8) into the library')
    .argument('<path...>')
    .option('--name <name>', 'name of the dataset (default: the name of the file)')
    .action(async (paths: string[], options: CommonOptions & { name?: string }) => {
      if (options.name !== undefined && paths.length > 1)
        program.error('error: --name names one dataset, and there are several paths', { exitCode: 2 })
      const { home: _home, json, ...name } = options
      await withWorkbench(options, async (workbench, signal) => {
        const progress = json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
        const datasets = []
        for (const path of paths) {
          datasets.push(await importFile(workbench, path, name, progress, signal))
          if (!json) printImported(datasets.at(-1)!)
        }
        if (json) printDocument(datasets.length === 1 ? { dataset: datasets[0] } : { datasets })
      })
    })

  common(program.command('datasets'))
    .description('list the library')
    .action((options: CommonOptions) =>
      onWorkbench((workbench, _, json) => listDatasets(workbench, json))('', options),
    )

  const dataset = program.command('dataset').description('manage one dataset')
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

  experimentOptions(common(program.command('train')))
    .description('train one attention variant')
    .requiredOption('--attention <variant>', 'attention variant (see the command variants)')
    .option('--seed <seed>', 'seed of initialisation and data order', parseSeed, 0)
    .action(async (options) => onExit(await train(options)))

  experimentOptions(common(program.command('compare')))
    .description('train several attention variants and compare them; the first is the baseline')
    .requiredOption('--attention <variants>', 'attention variants: a,b,c', parseList)
    .option('--seeds <seeds>', 'seeds: 0,1,2', parseSeeds, [0])
    .action(async (options) => onExit(await compare(options)))

  common(program.command('runs'))
    .description('list all runs')
    .action((options: CommonOptions) =>
      onWorkbench((workbench, _, json) => listRuns(workbench, json))('', options),
    )
  common(program.command('show'))
    .description('show a run, its configuration and its series')
    .argument('<run>')
    .action(onWorkbench(showRun))
  common(program.command('resume'))
    .description('continue a run that did not finish, from its last checkpoint')
    .argument('<run>')
    .action(async (id: string, options: CommonOptions) => onExit(await resume(id, options)))
  common(program.command('stop'))
    .description('stop a run, also one of another process on the same home')
    .argument('<run>')
    .action(onWorkbench(stopRun))

  jsonOnly(program.command('devices'))
    .description('list what can train, and why the others cannot')
    .action((options: CommonOptions) => printDevices(options.json ?? false))
  jsonOnly(program.command('variants'))
    .description('list the attention variants')
    .action((options: CommonOptions) => printVariants(options.json ?? false))
  jsonOnly(program.command('recipes'))
    .description('list the recipes')
    .action((options: CommonOptions) => printRecipes(options.json ?? false))
  return program
}

const homeOption = () =>
  new Option('--home <folder>', 'folder of the library and the database (or ATTENTION_WORKBENCH_HOME)')

const jsonOnly = (command: Command) => command.option('--json', 'print one JSON document')

const common = (command: Command) => jsonOnly(command).addOption(homeOption())

/** What train and compare share. */
function experimentOptions(command: Command) {
  return command
    .requiredOption('--dataset <dataset>', 'id in the library, name of a built-in sample, or path of a text')
    .option('--recipe <recipe>', 'recipe (see the command recipes)', 'quick')
    .option('--steps <steps>', 'optimiser steps, instead of the recipe’s', parseSteps)
    .option('--set <key=value>', 'any value of the recipe; may be repeated', parseSetting)
    .addOption(
      new Option('--device <device>', 'what trains')
        .choices(deviceChoiceSchema.options)
        .default('auto' satisfies DeviceChoice),
    )
}
