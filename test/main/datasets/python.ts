/** Python's standard library as another program that writes the formats which are read here. */
import { spawnSync } from 'node:child_process'

const python = ['/usr/bin/python3', 'python3', 'python'].find(
  (command) => spawnSync(command, ['-c', 'import csv, json, gzip, zipfile']).status === 0,
)

/** Null where it can be run, else why not: for `describe.skipIf`. */
export const whyNoPython = python ? null : 'there is no python3'

/** What `program` writes to its output. */
export function runPython(program: string, options: { input?: string; arguments?: string[] } = {}): Buffer {
  const { status, stdout, stderr } = spawnSync(python!, ['-c', program, ...(options.arguments ?? [])], {
    input: options.input ?? '',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(String(stderr))
  return stdout
}
