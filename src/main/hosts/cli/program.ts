/** What can be typed: the commands and their options, a file per subject. What each command does is in the files they name. */
import { Command } from 'commander'
import { appVersion } from '../../workbench/versions.ts'
import { parsePort } from './arguments.ts'
import { catalogueCommands, deriveCommand } from './catalogueCommands.ts'
import { experimentCommands } from './experimentCommands.ts'
import { exportCommands } from './export.ts'
import { homeCommands } from './home.ts'
import { libraryCommands } from './libraryCommands.ts'
import { common, homeOption } from './options.ts'
import { queueCommands } from './queueCommands.ts'
import { referenceCommands } from './reference.ts'
import { runCommands } from './runCommands.ts'
import type { ExitCode } from './session.ts'
import { statisticsCommands } from './statisticsCommands.ts'

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

  program
    .command('start')
    .description('open the app in a window')
    .addOption(homeOption())
    .option('--web', 'use the browser window even where Electron is available')
    .option('--no-open', 'open no window: print the address and keep serving')
    .option('--port <port>', 'port of the web host on 127.0.0.1 (default: a free one)', parsePort)
    .action(async (options) => {
      const { start } = await import('./start.ts') // no other command needs what serves a window
      onExit(await start(options))
    })

  libraryCommands(program)
  experimentCommands(program, onExit)
  runCommands(program, onExit)
  queueCommands(program, common, onExit)
  exportCommands(program, common)
  referenceCommands(program, common)
  homeCommands(program, common)
  deriveCommand(program)
  statisticsCommands(program)
  catalogueCommands(program)
  return program
}
