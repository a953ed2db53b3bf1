/** reference: curves from elsewhere beside an experiment. */
import { Option, type Command } from 'commander'
import { curveMetrics } from '../../../shared/exports.ts'
import type { CallInput } from '../../../shared/contract.ts'
import type { Reference } from '../../../shared/exports.ts'
import { formatCount } from './format.ts'
import { print, printDocument, table } from './output.ts'
import { withWorkbench } from './session.ts'

interface CommonOptions {
  home?: string
  json?: boolean
}
type AddOptions = CommonOptions & Pick<CallInput<'addReference'>, 'name' | 'series' | 'metric'>

export function referenceCommands(program: Command, common: (command: Command) => Command): void {
  const reference = program
    .command('reference')
    .description('curves from elsewhere that an experiment is seen beside')
  common(reference.command('add'))
    .description('add curves of a TensorBoard event file, or of a CSV file with a column of steps')
    .argument('<experiment>')
    .argument('<file>')
    .option('--name <name>', 'how it is called (default: as in the file)')
    .option('--series <name>', 'one curve of the file (default: those whose names say what they measure)')
    .addOption(
      new Option('--metric <metric>', 'what it is drawn with (default: as its name says)').choices(
        curveMetrics,
      ),
    )
    .action((experiment: string, file: string, { home, json, ...wanted }: AddOptions) =>
      withWorkbench({ ...(home && { home }) }, async ({ api }) => {
        const added = await api.addReference({ experiment, source: { kind: 'path', path: file }, ...wanted })
        if (json) printDocument({ references: added })
        else print(listed(added))
      }),
    )
  common(reference.command('list'))
    .description('list the references of an experiment')
    .argument('<experiment>')
    .action((experiment: string, { home, json }: CommonOptions) =>
      withWorkbench({ ...(home && { home }) }, async ({ api }) => {
        const references = await api.listReferences({ experiment })
        if (json) return printDocument(references)
        print(references.length > 0 ? listed(references) : 'It has no references.')
      }),
    )
  common(reference.command('remove'))
    .description('remove a reference')
    .argument('<id>')
    .action((id: string, { home, json }: CommonOptions) =>
      withWorkbench({ ...(home && { home }) }, async ({ api }) => {
        await api.removeReference({ id })
        if (json) printDocument({ removed: id })
        else print(`Removed ${id}.`)
      }),
    )
}

const listed = (references: readonly Reference[]): string =>
  table(references, [
    { title: 'reference', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'metric', value: ({ metric }) => metric },
    { title: 'points', align: 'right', value: ({ points }) => formatCount(points) },
    { title: 'source', value: ({ source }) => source },
  ])
