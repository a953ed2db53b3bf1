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

/** Bad usage, or a command group without a command, for which commander has shown the help. --help is neither. */
function refuseUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return exitCodes.done
  const helped = error.code === 'commander.help'
  const said = helped ? 'No command was given' : error.message.replace(/^error: /, '')
  const record = { code: 'invalid-request', message: said.replace(/(?<![.)])$/, '.'), hint: 'See --help.' }
  if (json) printDocument({ error: record })
  if (!helped) printError(record)
  return exitCodes.badUsage
}
