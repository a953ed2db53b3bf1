/**
 * What can be done from anywhere in the window: the words and the keys of every command, once, for the key listener, the
 * palette, the help sheet and the menu of the Electron host. What a command does is in src/renderer/stores/appCommands.ts.
 */

/** Headings of the palette and the help sheet, in their order. */
export const commandGroups = [
  'This page',
  'Go to',
  'Experiment',
  'Data',
  'Runs',
  'View',
  'Recent experiments',
  'Datasets',
] as const
export type CommandGroup = (typeof commandGroups)[number]

export interface CommandWords {
  readonly title: string
  readonly group: CommandGroup
  /** Other words that it is found by. */
  readonly words?: string
  /**
   * Strokes one after the other, with a space between them: "Mod+K", "G R", "?". Mod is Ctrl, on a Mac the command key. Strokes
   * without Mod can be switched off in the settings.
   */
  readonly keys?: string
  /** The menu of the Electron host that it is in. */
  readonly menu?: 'File' | 'View' | 'Go' | 'Help'
}

const rows = {
  'go.overview': { title: 'Overview', group: 'Go to', words: 'home start', keys: 'G O', menu: 'Go' },
  'go.runs': { title: 'Runs', group: 'Go to', words: 'table history queue', keys: 'G R', menu: 'Go' },
  'go.lab': {
    title: 'Derivation lab',
    group: 'Go to',
    words: 'derive points expansion contraction steps operators',
    keys: 'G L',
    menu: 'Go',
  },
  'go.settings': {
    title: 'Settings and devices',
    group: 'Go to',
    words: 'preferences theme disk sizes folders versions licences',
    keys: 'Mod+,',
    menu: 'Go',
  },
  'experiment.new': {
    title: 'New experiment',
    group: 'Experiment',
    words: 'compose variants',
    keys: 'N',
    menu: 'File',
  },
  'experiment.run': {
    title: 'Run what is composed',
    group: 'Experiment',
    words: 'start train compare',
    keys: 'Mod+Enter',
    menu: 'File',
  },
  'experiment.export': {
    title: 'Export this experiment…',
    group: 'Experiment',
    words: 'save csv json report archive',
    keys: 'Mod+E',
    menu: 'File',
  },
  'experiment.label': {
    title: 'Name, tags and notes of this experiment…',
    group: 'Experiment',
    words: 'rename describe',
  },
  'experiment.curves': {
    title: 'Curves and comparison',
    group: 'Experiment',
    words: 'tab loss accuracy',
    keys: '1',
  },
  'experiment.inspection': {
    title: 'Samples, predictions and confusion',
    group: 'Experiment',
    words: 'tab text images prompt',
    keys: '2',
  },
  'experiment.hidden': {
    title: 'Hidden states and attention maps',
    group: 'Experiment',
    words: 'tab statistics layers cka spectra projection',
    keys: '3',
  },
  'experiment.delete': { title: 'Delete this experiment', group: 'Experiment', words: 'remove trash' },
  'data.add': {
    title: 'Add files to the library…',
    group: 'Data',
    words: 'import open dataset text images',
    keys: 'Mod+O',
    menu: 'File',
  },
  'data.folder': {
    title: 'Add a folder to the library…',
    group: 'Data',
    words: 'import directory images classes',
    menu: 'File',
  },
  'data.choose': {
    title: 'Add files and choose how they are read…',
    group: 'Data',
    words: 'import options tokenizer split size',
    keys: 'Mod+Shift+O',
    menu: 'File',
  },
  'runs.pause': { title: 'Pause all runs', group: 'Runs', words: 'queue stop wait' },
  'runs.resume': { title: 'Resume all paused runs', group: 'Runs', words: 'queue continue' },
  'view.palette': {
    title: 'Find a command…',
    group: 'View',
    words: 'palette search',
    keys: 'Mod+K',
    menu: 'View',
  },
  'view.undo': { title: 'Undo', group: 'View', words: 'restore deleted back', keys: 'Mod+Z' },
  'view.system': { title: 'Colours as the system has them', group: 'View', words: 'theme automatic' },
  'view.light': { title: 'Light colours', group: 'View', words: 'theme day' },
  'view.dark': { title: 'Dark colours', group: 'View', words: 'theme night' },
  'view.help': {
    title: 'Keyboard shortcuts',
    group: 'View',
    words: 'help keys',
    keys: '?',
    menu: 'Help',
  },
} as const satisfies Record<string, CommandWords>

export type CommandId = keyof typeof rows
export const commandWords: Record<CommandId, CommandWords> = rows
export const commandIds = Object.keys(rows) as CommandId[]
