/** Runs a command of the command line in this process: what a process of its own prints, without the second that it takes to start. */
import { vi } from 'vitest'
import { createProgram } from '../../../../src/main/hosts/cli/program.ts'

/** What the command wrote to stdout; `home` is null for one that has none. Rejects with what it throws, which index.ts would print. */
export async function runHere(home: string | null, ...parameters: string[]): Promise<string> {
  let printed = ''
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    await createProgram(() => undefined).parseAsync(
      [...parameters, ...(home === null ? [] : ['--home', home])],
      { from: 'user' },
    )
    return printed
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}

/** The one JSON document that it prints. */
export const runJsonHere = async (home: string | null, ...parameters: string[]) =>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  JSON.parse(await runHere(home, ...parameters, '--json')) as any
