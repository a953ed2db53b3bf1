/** Options that many commands have. */
import { Option, type Command } from 'commander'
import type { Workbench } from '../../workbench.ts'
import { withWorkbench } from './session.ts'

export interface CommonOptions {
  home?: string
  json?: boolean
}

export const homeOption = () =>
  new Option('--home <folder>', 'folder of the library and the database (or ATTENTION_WORKBENCH_HOME)')

export const jsonOnly = (command: Command) => command.option('--json', 'print one JSON document')

export const common = (command: Command) => jsonOnly(command).addOption(homeOption())

/** The action of a command with one argument that asks the workbench of the home it names. */
export const onWorkbench =
  (use: (workbench: Workbench, argument: string, json: boolean) => Promise<void>) =>
  (argument: string, options: CommonOptions) =>
    withWorkbench(options, (workbench) => use(workbench, argument, options.json ?? false))
