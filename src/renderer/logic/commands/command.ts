/** A command as the key listener, the palette and the help sheet see it, and finding one by what a person types. */
import fuzzysort from 'fuzzysort'
import { commandGroups, type CommandGroup, type CommandWords } from '../../../shared/commands.ts'

export interface Command extends CommandWords {
  readonly id: string
  /** What it is about, smaller, beside its title. */
  readonly detail?: string
  run(): unknown
}

export interface FoundGroup {
  readonly name: CommandGroup
  readonly commands: Command[]
}

const inOrder = (commands: readonly Command[]): FoundGroup[] =>
  commandGroups
    .map((name) => ({ name, commands: commands.filter(({ group }) => group === name) }))
    .filter((group) => group.commands.length > 0)

/** Below this a match of scattered letters is a coincidence. */
const leastScore = 0.1

/**
 * All commands by group, or those in which the letters of the query occur in their order: the group with the best of them
 * first, the best first within each.
 */
export function findCommands(commands: readonly Command[], query: string): FoundGroup[] {
  if (query.trim() === '') return inOrder(commands)
  const found = fuzzysort.go(query, commands, {
    keys: ['title', 'words', 'detail'].map(
      (key) => (command: Command) => command[key as 'title' | 'words' | 'detail'] ?? '',
    ),
    threshold: leastScore,
    limit: 40,
  })
  const best = found.map(({ obj }) => obj)
  const names = [...new Set(best.map(({ group }) => group))]
  return names.map((name) => ({ name, commands: best.filter(({ group }) => group === name) }))
}
