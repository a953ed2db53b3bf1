/** What can be typed: the commands and their options. What each command does is in the files it names. */
import { Command, Option } from 'commander'
import { derivationSettingsSchema } from '../../../shared/derivation.ts'
import {
  comparisonChoiceSchema,
  comparisonMetrics,
  type ComparisonChoice,
} from '../../../shared/comparison.ts'
import { sampleRequestSchema } from '../../../shared/contract.ts'
import { deviceChoiceSchema, type DeviceChoice } from '../../../shared/experiment.ts'
import { keptTap, stateSchema } from '../../../shared/states.ts'
import { labelChangeSchema, tagSchema } from '../../../shared/library.ts'
import { measurementSchema } from '../../../shared/statistics.ts'
import { appVersion } from '../../workbench/versions.ts'
import type { Workbench } from '../../workbench.ts'
import {
  parseAs,
  parseConditions,
  parseEach,
  parseList,
  parsePlace,
  parsePort,
  parseSeed,
  parseSeeds,
  parseSetting,
  parseSteps,
} from './arguments.ts'
import {
  addVariant,
  describeVariant,
  printDevices,
  printRecipes,
  printVariants,
  showVariant,
  variantsOf,
} from './catalogue.ts'
import { derive } from './derive.ts'
import { listDatasets } from './datasets.ts'
import { printComparison } from './comparison.ts'
import { compare, train } from './experiment.ts'
import { labelDataset, showDataset, showHealth } from './library.ts'
import { importOptions, importPaths, type ImportCommandOptions } from './import.ts'
import { print, printDocument } from './output.ts'
import { predict } from './predict.ts'
import { exportCommands } from './export.ts'
import { homeCommands } from './home.ts'
import { referenceCommands } from './reference.ts'
import { queueCommands } from './queueCommands.ts'
import { listRuns, showRun, type RunListOptions } from './runs.ts'
import { sample } from './sample.ts'
import { withWorkbench, type ExitCode } from './session.ts'
import { start } from './start.ts'
import {
  measureChoices,
  printProjection,
  printSimilarity,
  printSpectrum,
  type SimilarityOptions,
} from './states.ts'
import { listStatistics, printStatisticComparison, printStatistics } from './statistics.ts'

export interface CommonOptions {
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
    .enablePositionalOptions() // options after a subcommand are its own
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

  common(program.command('runs'))
    .description('list all runs, or those that fit')
    .option('--search <words>', 'in names, notes, tags, variants, datasets')
    .option('--tag <tag>', 'with this tag; may be repeated', parseEach(tagSchema))
    .option(
      '--filter <condition>',
      'such as "learningRate>0.001" or state=finished; may be repeated',
      parseConditions,
    )
    .action((options: RunListOptions & CommonOptions) =>
      withWorkbench(options, (workbench) => listRuns(workbench, options)),
    )
  common(program.command('show'))
    .description('show a run, its configuration and its series')
    .argument('<run>')
    .action(onWorkbench(showRun))
  queueCommands(program, common, onExit)

  const asked = sampleRequestSchema.shape
  modelOptions(common(program.command('sample')))
    .description('continue a text with a language model; what is not named is as the run samples')
    .argument('<run>')
    .option('--prompt <text>', 'what the text begins with', parseAs(asked.prompt.unwrap()))
    .option('--tokens <n>', 'tokens after the prompt', parseAs(asked.tokens.unwrap()))
    .option(
      '--temperature <t>',
      'divides the logits; 0 takes the likeliest token',
      parseAs(asked.temperature.unwrap()),
    )
    .option('--top-k <k>', 'choose among the k likeliest tokens; 0: all', parseAs(asked.topK.unwrap()))
    .option('--seed <seed>', 'of the draws (default: 0)', parseSeed)
    .action(async (run: string, options) => onExit(await sample(run, options)))
  modelOptions(common(program.command('predict')))
    .description(
      'classify images, or the validation split where none is named; with labels: how many are right',
    )
    .argument('<run>')
    .argument('[path...]', 'image files, folders (of class folders), IDX files, arrays of numpy')
    .action(async (run: string, paths: string[], options) => onExit(await predict(run, paths, options)))

  exportCommands(program, common)
  referenceCommands(program, common)
  homeCommands(program, common)

  const { source, count, scale, steps, norm, normPlacement, stepSize, seed } = derivationSettingsSchema.shape
  const [points, images] = source.options
  common(program.command('derive'))
    .description('apply variants with identity weights to a cloud of points or images, step by step')
    .requiredOption('--attention <variants>', 'attention variants, or JSON files of them: a,b,c', parseList)
    .addOption(
      new Option('--points <shape>', 'points in two dimensions (default: clusters)')
        .choices(points.shape.shape.options)
        .conflicts(['dataset', 'width']),
    )
    .option('--dataset <dataset>', 'images instead of points: an id in the library, a sample or a path')
    .option(
      '--width <channels>',
      'of an image as a token; 0: its pixels (default: 64)',
      parseAs(images.shape.width.unwrap()),
    )
    .option('--count <tokens>', 'points or images (default: 200)', parseAs(count.unwrap()))
    .option(
      '--scale <scale>',
      'root mean square of the first coordinates (default: 1)',
      parseAs(scale.unwrap()),
    )
    .option('--steps <steps>', 'how often the variant is applied (default: 8)', parseAs(steps.unwrap()))
    .addOption(new Option('--norm <norm>', '(default: none)').choices(norm.unwrap().options))
    .addOption(
      new Option(
        '--norm-placement <placement>',
        'before attention, or after each step (default: pre)',
      ).choices(normPlacement.unwrap().options),
    )
    .option(
      '--step-size <factor>',
      'what is multiplied with what attention reads (default: 1)',
      parseAs(stepSize.unwrap()),
    )
    .option('--no-residual', 'tokens become what attention reads')
    .option(
      '--seed <seed>',
      'of points, images, projection and drawn parameters (default: 0)',
      parseAs(seed.unwrap()),
    )
    .option('--out <file.svg>', 'draw the clouds of every step')
    .action(derive)

  const statistics = common(program.command('statistics'))
    .description('show what was measured of the hidden states of a run, at its last step')
    .enablePositionalOptions()
    .argument('<run>')
    .option('--layer <layer>', 'one layer, from 0', parseAs(measurementSchema.shape.layer.unwrap()))
    .option('--statistic <name>', 'one statistic (see the command statistics list)')
    .option('--tap <tap>', 'one place in the block, such as hook_resid_post')
    .action((run: string, options) =>
      withWorkbench(options, (workbench) => printStatistics(workbench, run, options)),
    )
  common(statistics.command('compare'))
    .description('show one statistic of every variant of an experiment, layer by layer, over its seeds')
    .argument('<experiment>')
    .requiredOption('--statistic <name>', 'which one (see the command statistics list)')
    .option('--tap <tap>', 'one place in the block, such as hook_resid_post')
    .option('--each-head', 'every head for itself, instead of the mean over heads')
    .action((experiment: string, options) =>
      withWorkbench(options, (workbench) => printStatisticComparison(workbench, experiment, options)),
    )
  stateOptions(common(statistics.command('similarity')))
    .description(
      'show how alike kept hidden states are: of an experiment variant by variant, of a run or two layer by layer, of more (or with --layer) run by run',
    )
    .argument('<id...>', 'one experiment, or runs')
    .addOption(
      new Option(
        '--measure <name>',
        'linear CKA (debiased or not), CCA, SVCCA, Procrustes, mutual neighbours; or of attention maps',
      )
        .choices(measureChoices)
        .default('cka'),
    )
    .option('--steps', 'one run, step by step')
    .action((ids: string[], options: SimilarityOptions & CommonOptions) =>
      withWorkbench(options, (workbench) => printSimilarity(workbench, ids, options)),
    )
  stateOptions(common(statistics.command('spectrum')))
    .description(
      'show the eigenvalues of the covariance of the hidden states that a run keeps, layer by layer',
    )
    .argument('<run>')
    .action((run: string, options) =>
      withWorkbench(options, (workbench) => printSpectrum(workbench, run, options)),
    )
  stateOptions(common(statistics.command('project')))
    .description('put the hidden states that runs keep on two axes that they have in common')
    .argument('<run...>')
    .action((runs: string[], options) =>
      withWorkbench(options, (workbench) => printProjection(workbench, runs, options)),
    )
  jsonOnly(statistics.command('list'))
    .description('list the statistics: what can be measured')
    .action((options: CommonOptions) => listStatistics(options.json ?? false))

  jsonOnly(program.command('devices'))
    .description('list what can train, and why the others cannot')
    .action((options: CommonOptions) => printDevices(options.json ?? false))
  const variants = common(program.command('variants'))
    .description('list the attention variants, or show, add or remove one')
    .enablePositionalOptions()
    .action((options: CommonOptions) => printVariants(options))
  common(variants.command('show'))
    .description('show the formula, the parameters and the source of a variant')
    .argument('<id>')
    .action((id: string, options: CommonOptions) => showVariant(id, options))
  common(variants.command('add'))
    .description('add a variant of your own: a JSON file that names a combination of axes')
    .argument('<file>')
    .action((file: string, { home, json }: CommonOptions) => {
      const variant = addVariant(file, home)
      if (json) printDocument({ variant })
      else print(describeVariant(variant))
    })
  common(variants.command('remove'))
    .description('remove a variant of your own; runs keep what it was')
    .argument('<id>')
    .action((id: string, { home, json }: CommonOptions) => {
      variantsOf(home).remove(id)
      if (json) printDocument({ removed: id })
      else print(`Removed ${id}.`)
    })
  jsonOnly(program.command('recipes'))
    .description('list the recipes')
    .action((options: CommonOptions) => printRecipes(options.json ?? false))
  return program
}

const homeOption = () =>
  new Option('--home <folder>', 'folder of the library and the database (or ATTENTION_WORKBENCH_HOME)')

const jsonOnly = (command: Command) => command.option('--json', 'print one JSON document')

const common = (command: Command) => jsonOnly(command).addOption(homeOption())

/** Which of the kept hidden states. */
const stateOptions = (command: Command) =>
  command
    .option('--layer <layer>', 'block, from 0 (default: the last, or all)', parseAs(stateSchema.shape.layer))
    .option(
      '--step <step>',
      'a kept evaluation (default: the latest that all have)',
      parseAs(stateSchema.shape.step),
    )
    .option('--tap <tap>', `a kept place in the block (default: ${keptTap})`)

/** What sample and predict share. */
function modelOptions(command: Command) {
  const { checkpoint, device } = sampleRequestSchema.shape
  return command
    .addOption(
      new Option(
        '--checkpoint <which>',
        'weights with the best validation loss (default), or the last',
      ).choices(checkpoint.unwrap().options),
    )
    .addOption(
      new Option('--device <device>', 'where it runs (default: where the run trained)').choices(
        device.unwrap().options,
      ),
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
