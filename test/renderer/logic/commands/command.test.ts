import { describe, expect, it } from 'vitest'
import { commandGroups, commandIds, commandWords } from '../../../../src/shared/commands.ts'
import { findCommands, type Command } from '../../../../src/renderer/logic/commands/command.ts'

const run = () => undefined
const commands: Command[] = [
  ...commandIds.map((id) => ({ id, ...commandWords[id], run })),
  { id: 'experiment.1', title: 'Hamlet at night', group: 'Recent experiments', words: 'laplacian', run },
]
const found = (query: string) =>
  findCommands(commands, query).flatMap((group) => group.commands.map(({ id }) => id))

describe('commands', () => {
  it('are all there by group, in the order of the groups, before anything is typed', () => {
    const groups = findCommands(commands, ' ')
    expect(groups.map(({ name }) => name)).toEqual(
      commandGroups.filter((name) => commands.some(({ group }) => group === name)),
    )
    expect(groups.flatMap((group) => group.commands)).toHaveLength(commands.length)
  })

  it.each([
    ['hidden', 'experiment.hidden'],
    ['hidn st', 'experiment.hidden'],
    ['preferences', 'go.settings'],
    ['theme', 'view.dark'],
    ['hamlet', 'experiment.1'],
    ['laplacian', 'experiment.1'],
    ['overvw', 'go.overview'],
  ])('are found by %s', (query, id) => expect(found(query)).toContain(id))

  it('has the one that fits best first, with its group', () => {
    expect(found('runs')[0]).toBe('go.runs')
    expect(findCommands(commands, 'hamlet')[0]!.name).toBe('Recent experiments')
  })

  it('finds nothing where nothing is called so', () => expect(found('zzqx')).toEqual([]))
})
