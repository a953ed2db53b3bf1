/** The commands that list and show runs, and ask their models. What ends and orders runs is in queueCommands.ts. */
import { Option, type Command } from 'commander'
import { sampleRequestSchema } from '../../../shared/contract.ts'
import { tagSchema } from '../../../shared/library.ts'
import { batchSchema } from '../../../shared/queue.ts'
import { parseAs, parseConditions, parseEach, parseSeed } from './arguments.ts'
import { printBatch } from './batch.ts'
import { common, type CommonOptions } from './options.ts'
import { predict } from './predict.ts'
import { listRuns, printDifference, type RunListOptions } from './runs.ts'
import { sample } from './sample.ts'
import { withWorkbench, type ExitCode } from './session.ts'
import { showRun } from './show.ts'

export function runCommands(program: Command, onExit: (code: ExitCode) => void): void {
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
    .description('show a run: its record, its log, its checkpoints, its configuration and its series')
    .argument('<run>')
    .option('--log', 'what it went through, and nothing else')
    .action((run: string, options: CommonOptions & { log?: boolean }) =>
      withWorkbench(options, (workbench) => showRun(workbench, run, options)),
    )
  common(program.command('batch'))
    .description('show the samples that a step of a run is fed; step 0 is the first')
    .argument('<run>')
    .requiredOption('--step <step>', 'which step', parseAs(batchSchema.shape.step))
    .action((run: string, options: CommonOptions & { step: number }) =>
      withWorkbench(options, (workbench) => printBatch(workbench, run, options.step, options.json ?? false)),
    )
  common(program.command('diff'))
    .description('show in what runs differ')
    .argument('<run>')
    .argument('<other...>')
    .action((run: string, others: string[], options: CommonOptions) =>
      withWorkbench(options, (workbench) =>
        printDifference(workbench, [run, ...others], options.json ?? false),
      ),
    )
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
}

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
