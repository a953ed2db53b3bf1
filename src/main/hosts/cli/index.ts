/** The entry of the command line: parses, runs one command, and ends with the exit code of design §6. */
import { CommanderError } from 'commander'
import { errorRecord } from '../../../shared/errors.ts'
import { printDocument, printError } from './output.ts'
import { createProgram } from './program.ts'
import { exitCodeOf, exitCodes } from './session.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(parameters: readonly string[]): Promise<number> {
  const json = parameters.includes('--json')
  let code: number = exitCodes.done
  try {
    await createProgram((exitCode) => (code = exitCode)).parseAsync(parameters, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return refuseUsage(error, json)
    const record = errorRecord(error)
    if (json) printDocument({ error: record })
    printError(record)
    return exitCodeOf(error)
  }
}

/** Bad usage; help and --version come this way too, and are none. */
function refuseUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return exitCodes.done
  const record =
    error.code === 'commander.help'
      ? { code: 'invalid-request', message: 'No command was given.', hint: 'See --help.' }
      : { code: 'invalid-request', message: error.message.replace(/^error: /, ''), hint: 'See --help.' }
  if (json) printDocument({ error: record })
  printError(record)
  return exitCodes.badUsage
}
