/** settings and home: what belongs to a home as a whole. */
import type { Command } from 'commander'
import { WorkbenchError } from '../../../shared/errors.ts'
import { settingNames, settingsSchema, type SettingName } from '../../../shared/settings.ts'
import { issuesOf } from '../../workbench/issues.ts'
import { formatBytes } from './format.ts'
import { print, printDocument, properties, table } from './output.ts'
import { withWorkbench } from './session.ts'

interface CommonOptions {
  home?: string
  json?: boolean
}

export function homeCommands(program: Command, common: (command: Command) => Command): void {
  common(program.command('settings'))
    .description('show the settings that all windows and commands on a home have in common, or change one')
    .argument('[name]', settingNames.join(', '))
    .argument('[value]', 'its new value; auto: for concurrency, as the cores suggest')
    .action((name: string | undefined, text: string | undefined, options: CommonOptions) =>
      withWorkbench(options, async ({ api }) => {
        if (name !== undefined) requireName(name)
        const settings =
          name !== undefined && text !== undefined
            ? await api.changeSettings({ [name]: parseValue(name, text) })
            : await api.readSettings({})
        if (options.json) return printDocument({ settings })
        if (name !== undefined) return print(write(settings[name]))
        print(
          table(settingNames, [
            { title: 'name', value: (setting) => setting },
            { title: 'value', value: (setting) => write(settings[setting]) },
            { title: 'meaning', value: (setting) => settingsSchema.shape[setting].description ?? '' },
          ]),
        )
      }),
    )
  common(program.command('home'))
    .description('show the home: its folder, what it takes up on the disk, and what it runs on')
    .action((options: CommonOptions) =>
      withWorkbench(options, async ({ api }) => {
        const home = await api.readHome({})
        if (options.json) return printDocument(home)
        print(
          properties([
            ['folder', home.folder],
            ...home.parts.map(({ part, bytes }) => [part, formatBytes(bytes)] as const),
            ['free', formatBytes(home.freeBytes)],
            ...Object.entries(home.versions),
          ]),
        )
      }),
    )
}

function requireName(name: string): asserts name is SettingName {
  if ((settingNames as string[]).includes(name)) return
  throw new WorkbenchError(
    'invalid-request',
    `There is no setting "${name}".`,
    `There are: ${settingNames.join(', ')}.`,
  )
}

const write = (value: unknown): string => (value === null ? 'auto' : String(value))

/** "auto", a number, true, false, or a word. */
function parseValue(name: SettingName, text: string): unknown {
  const written = { auto: null, true: true, false: false } as Record<string, unknown>
  const value = text in written ? written[text] : /^\d+$/.test(text) ? Number(text) : text
  const parsed = settingsSchema.shape[name].safeParse(value)
  if (parsed.success) return parsed.data
  throw new WorkbenchError(
    'invalid-request',
    `${name} cannot be "${text}": ${issuesOf(parsed.error)}.`,
    `It says ${settingsSchema.shape[name].description}.`,
  )
}
