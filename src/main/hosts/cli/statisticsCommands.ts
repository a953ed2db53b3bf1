/** The commands about what was measured, and kept, of hidden states. */
import { Option, type Command } from 'commander'
import { keptTap, stateSchema } from '../../../shared/states.ts'
import { measurementSchema } from '../../../shared/statistics.ts'
import { parseAs } from './arguments.ts'
import { common, jsonOnly, type CommonOptions } from './options.ts'
import { withWorkbench } from './session.ts'
import {
  measureChoices,
  printProjection,
  printSimilarity,
  printSpectrum,
  type SimilarityOptions,
} from './states.ts'
import { listStatistics, printStatisticComparison, printStatistics } from './statistics.ts'

export function statisticsCommands(program: Command): void {
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
}

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
