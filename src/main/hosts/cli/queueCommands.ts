/** The commands that order, pause, resume, repeat, label and delete runs and experiments. */
import { Option, type Command } from 'commander'
import type { CallInput } from '../../../shared/contract.ts'
import { deviceChoiceSchema, type RunConfiguration } from '../../../shared/experiment.ts'
import { tagSchema } from '../../../shared/library.ts'
import { concurrencySchema, placeSchema, prioritySchema } from '../../../shared/queue.ts'
import { parseAs, parseEach, parseSeed, parseSetting, parseSteps } from './arguments.ts'
import { clone, resume } from './experiment.ts'
import {
  deleteExperiment,
  endRuns,
  label,
  listExperiments,
  moveRun,
  printQueue,
  restoreExperiment,
  setConcurrency,
  setPriority,
} from './queue.ts'
import { withWorkbench, type ExitCode } from './session.ts'

interface Common {
  home?: string
  json?: boolean
}

/** What `label` is given; an empty text takes a name, notes or a colour away. */
export interface LabelOptions {
  name?: string
  tag?: string[] | false
  notes?: string
  colour?: string
}

export function queueCommands(
  program: Command,
  common: (command: Command) => Command,
  onExit: (code: ExitCode) => void,
): void {
  common(program.command('resume'))
    .description('continue runs that did not finish, from their last checkpoints')
    .argument('[run...]')
    .option('--all', 'every run that was interrupted or paused, in the order of the queue')
    .option('--from-start', 'forget what was recorded of them, and begin anew')
    .action(
      async (ids: string[], options: Common & { all?: boolean; fromStart?: boolean }, command: Command) => {
        if (ids.length === 0 && !options.all)
          command.error("error: missing required argument 'run', or --all", { exitCode: 2 })
        onExit(await resume(ids, options))
      },
    )
  common(program.command('retry'))
    .description('try failed and diverged runs again; without a name, every failed one')
    .argument('[run...]')
    .option('--from-start', 'forget what was recorded of them, and begin anew')
    .action(async (ids: string[], options: Common & { fromStart?: boolean }) => {
      const failed = await withWorkbench(options, async ({ api }) =>
        (await api.listRuns({})).filter(({ state }) => state === 'failed').map(({ id }) => id),
      )
      onExit(await resume(ids.length > 0 ? ids : failed, options))
    })
  common(program.command('stop'))
    .description('stop runs, also those of another process on the same home')
    .argument('<run...>')
    .action((ids: string[], options: Common) =>
      withWorkbench(options, (workbench) => endRuns(workbench, 'stopRun', ids, options.json ?? false)),
    )
  common(program.command('pause'))
    .description(
      'end runs after their current step, to go on later with resume; their cores are free meanwhile',
    )
    .argument('<run...>')
    .action((ids: string[], options: Common) =>
      withWorkbench(options, (workbench) => endRuns(workbench, 'pauseRun', ids, options.json ?? false)),
    )
  common(program.command('clone'))
    .description('start a run again with other values, as an experiment of its own')
    .argument('<run>')
    .option('--set <key=value>', 'any value of its configuration; may be repeated', parseSetting)
    .option('--steps <steps>', 'optimiser steps', parseSteps)
    .option('--attention <variant>', 'another attention variant')
    .option('--seed <seed>', 'another seed', parseSeed)
    .addOption(new Option('--device <device>', 'what trains').choices(deviceChoiceSchema.options))
    .option('--name <name>', 'of the experiment')
    .action(
      async (
        id: string,
        {
          ...options
        }: Common & { set?: Partial<RunConfiguration>; steps?: number } & Omit<CallInput<'cloneRun'>, 'id'>,
      ) => {
        const { home, json, set, steps, ...changes } = options
        const overrides = { ...set, ...(steps !== undefined && { steps }) }
        onExit(await clone({ id, overrides, ...changes }, { ...(home && { home }), ...(json && { json }) }))
      },
    )

  const queue = common(program.command('queue'))
    .description('list the runs that wait, in the order in which they start, and those that train')
    .enablePositionalOptions()
    .action((options: Common) =>
      withWorkbench(options, (workbench) => printQueue(workbench, options.json ?? false)),
    )
  common(queue.command('move'))
    .description('put a run that waits at another place; it takes on the priority of that place')
    .argument('<run>')
    .argument('<place>', '1 is the first', parseAs(placeSchema))
    .action((id: string, place: number, options: Common) =>
      withWorkbench(options, (workbench) => moveRun(workbench, id, place, options.json ?? false)),
    )
  common(queue.command('priority'))
    .description('runs with a higher priority start first; at first it is 0')
    .argument('<run>')
    .argument('<priority>', '-100 to 100', parseAs(prioritySchema))
    .action((id: string, priority: number, options: Common) =>
      withWorkbench(options, (workbench) => setPriority(workbench, id, priority, options.json ?? false)),
    )
  common(queue.command('concurrency'))
    .description('how many runs share the cores; one on a graphics processor trains beside them')
    .argument('<runs>', 'a number, or auto', (text) =>
      text === 'auto' ? null : parseAs(concurrencySchema.unwrap())(text),
    )
    .action((concurrency: number | null, options: Common) =>
      withWorkbench(options, (workbench) => setConcurrency(workbench, concurrency, options.json ?? false)),
    )

  common(program.command('label'))
    .description('name, tag, annotate or colour a run or an experiment')
    .argument('<id>')
    .option('--name <name>', 'as it is shown; empty: a run goes by its variant and seed')
    .option('--tag <tag>', 'these tags instead of those it has; may be repeated', parseEach(tagSchema))
    .option('--no-tag', 'none')
    .option('--notes <text>', 'a text of your own')
    .option('--colour <colour>', '#rrggbb; empty: none')
    .action((id: string, options: Common & LabelOptions) =>
      withWorkbench(options, (workbench) => label(workbench, id, options, options.json ?? false)),
    )
  common(program.command('experiments'))
    .description('list all experiments')
    .option('--deleted', 'those that were deleted and can be restored')
    .action((options: Common & { deleted?: boolean }) =>
      withWorkbench(options, (workbench) =>
        listExperiments(workbench, options.deleted ?? false, options.json ?? false),
      ),
    )
  const experiment = program.command('experiment').description('delete or restore an experiment')
  common(experiment.command('delete'))
    .description('delete an experiment and its runs; for a while it can be restored')
    .argument('<id>')
    .action((id: string, options: Common) =>
      withWorkbench(options, (workbench) => deleteExperiment(workbench, id, options.json ?? false)),
    )
  common(experiment.command('restore'))
    .description('restore an experiment that was deleted')
    .argument('<id>')
    .action((id: string, options: Common) =>
      withWorkbench(options, (workbench) => restoreExperiment(workbench, id, options.json ?? false)),
    )
}
