/** The commands that train and compare variants. */
import { Option, type Command } from 'commander'
import {
  comparisonChoiceSchema,
  comparisonMetrics,
  type ComparisonChoice,
} from '../../../shared/comparison.ts'
import { deviceChoiceSchema, type DeviceChoice } from '../../../shared/experiment.ts'
import {
  parseAs,
  parseList,
  parsePlace,
  parseSeed,
  parseSeeds,
  parseSetting,
  parseSteps,
} from './arguments.ts'
import { bench, usualRecipes, type BenchOptions } from './bench.ts'
import { printComparison } from './comparison.ts'
import { compare, train } from './experiment.ts'
import { common, jsonOnly, type CommonOptions } from './options.ts'
import { withWorkbench, type ExitCode } from './session.ts'

export function experimentCommands(program: Command, onExit: (code: ExitCode) => void): void {
  experimentOptions(common(program.command('train')))
    .description('train one attention variant')
    .requiredOption(
      '--attention <variant>',
      'attention variant (see the command variants), or the JSON file of one',
    )
    .option('--seed <seed>', 'seed of initialisation and data order', parseSeed, 0)
    .action(async (options) => onExit(await train(options)))

  experimentOptions(common(program.command('compare')))
    .description('train several attention variants and compare them; the first is the baseline')
    .requiredOption('--attention <variants>', 'attention variants, or JSON files of them: a,b,c', parseList)
    .option('--seeds <seeds>', 'seeds: 0,1,2', parseSeeds, [0])
    .option('--report <file>', 'write a report to this HTML file when the runs have ended')
    .action(async (options) => onExit(await compare(options)))

  jsonOnly(program.command('bench'))
    .description('measure a few steps of the recipes on every device of this machine')
    .option('--recipe <recipes>', 'recipes: a,b,c', parseList, [...usualRecipes])
    .option('--attention <variants>', 'attention variants, or JSON files of them: a,b,c', parseList, [
      'standard',
    ])
    .option('--device <devices>', 'devices: a,b (default: all that are available)', (text) =>
      parseList(text).map(parseAs(deviceChoiceSchema)),
    )
    .option('--set <key=value>', 'any value of the recipe; may be repeated', parseSetting)
    .action(async (options: BenchOptions) => onExit(await bench(options)))

  common(program.command('comparison'))
    .description('compare what is recorded of an experiment, without training anything')
    .argument('<experiment>')
    .addOption(
      new Option('--metric <metric>', 'of the validation split (default: loss)').choices(comparisonMetrics),
    )
    .option('--at <place>', 'best (default), last, or the evaluation after a step', parsePlace)
    .option('--baseline <variant>', 'what the others are held against (default: the first)')
    .option(
      '--target <value>',
      'count the steps to this value (default: one that every run reached)',
      parseAs(comparisonChoiceSchema.shape.target.unwrap()),
    )
    .action((experiment: string, options: ComparisonChoice & CommonOptions) =>
      withWorkbench(options, (workbench) => printComparison(workbench, experiment, options)),
    )
}

/** What train and compare share. */
function experimentOptions(command: Command) {
  return command
    .requiredOption('--dataset <dataset>', 'id in the library, name of a built-in sample, or a path')
    .option(
      '--recipe <recipe>',
      'recipe (see the command recipes; default: quick for text, vit-mnist for images)',
    )
    .option('--steps <steps>', 'optimiser steps, instead of the recipe’s', parseSteps)
    .option('--set <key=value>', 'any value of the recipe; may be repeated', parseSetting)
    .option(
      '--dry-run',
      'train nothing: say what would be queued, how long it may take, what was trained before',
    )
    .addOption(
      new Option('--device <device>', 'what trains')
        .choices(deviceChoiceSchema.options)
        .default('auto' satisfies DeviceChoice),
    )
}
