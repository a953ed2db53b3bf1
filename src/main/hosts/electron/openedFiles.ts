/** Files that the app is started with, or that the system opens with it: archives of experiments, and anything that can be dropped. */
import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The files that a command line names: what exists and is no option. The first arguments are the program, and where it is not
 * packaged the folder of the app.
 */
export function filesNamedIn(line: readonly string[], folder: string, packaged: boolean): string[] {
  return line
    .slice(packaged ? 1 : 2)
    .filter((word) => !word.startsWith('-'))
    .map((word) => path.resolve(folder, word))
    .filter((file) => existsSync(file))
}
