/** What the commands of shared/commands.ts do, when each of them can be given, and the commands that things have. */
import { commandWords, type CommandId } from '../../shared/commands.ts'
import { endedStates } from '../../shared/experiment.ts'
import type { Theme } from '../../shared/settings.ts'
import type { Command } from '../logic/commands/command.ts'
import { formatInstant, formatPlural } from '../logic/format.ts'
import { useCatalogue } from './catalogue.ts'
import { useCommands } from './commands.ts'
import { useComposer } from './composer.ts'
import { useExperiment } from './experiment.ts'
import { useExports } from './exports.ts'
import { chooseFiles, chooseFolder } from './intake.ts'
import { useLibrary } from './library.ts'
import { useNotifications } from './notifications.ts'
import { usePlace } from './place.ts'
import { useQueue } from './queue.ts'
import { useSettings } from './settings.ts'

/** The most experiments that the palette lists: the menu of experiments has all. */
const mostRecent = 20

/** A list of commands that changes with what is shown. Call it once, in the setup of the app. */
export function appCommands(): () => Command[] {
  const [catalogue, commands, composer] = [useCatalogue(), useCommands(), useComposer()]
  const [experiment, exports, library] = [useExperiment(), useExports(), useLibrary()]
  const [notifications, place, queue, settings] = [useNotifications(), usePlace(), useQueue(), useSettings()]
  const shown = () => (place.shows('experiment') ? experiment.current : null)
  const view = (theme: Theme) => () => settings.change({ theme })

  /** What a command does, and when it can be given; without a condition: always. */
  const actions: Record<CommandId, [run: () => unknown, applies?: () => boolean]> = {
    'go.overview': [() => place.go(null)],
    'go.runs': [() => place.go({ kind: 'runs' }), () => experiment.history.length > 0],
    'go.lab': [() => place.go({ kind: 'lab' })],
    'go.settings': [() => place.go({ kind: 'settings' })],
    'experiment.new': [() => place.go(null), () => place.current !== null],
    'experiment.run': [
      () => composer.request && experiment.start(composer.request),
      () => composer.request !== null && !experiment.starting && !place.isPage,
    ],
    'experiment.export': [() => exports.ask({ kind: 'experiment', ...shown()! }), () => shown() !== null],
    'experiment.label': [() => (queue.labelled = shown()), () => shown() !== null],
    'experiment.curves': [() => (experiment.view = 'curves'), () => shown() !== null],
    'experiment.inspection': [() => (experiment.view = 'inspection'), () => shown() !== null],
    'experiment.hidden': [() => (experiment.view = 'hidden'), () => shown() !== null],
    'experiment.delete': [
      () => queue.remove(shown()!),
      () => shown() !== null && experiment.runs.every(({ state }) => endedStates.has(state)),
    ],
    'data.add': [() => chooseFiles()],
    'data.folder': [chooseFolder],
    'data.choose': [() => chooseFiles(true)],
    'runs.pause': [() => queue.pauseAll(), () => experiment.history.length > 0],
    'runs.resume': [() => queue.resumeAll(), () => experiment.history.length > 0],
    'view.palette': [() => (commands.paletteIsOpen = true)],
    'view.undo': [() => notifications.undo(), () => notifications.undoable !== null],
    'view.system': [view('system'), () => settings.values.theme !== 'system'],
    'view.light': [view('light'), () => settings.values.theme !== 'light'],
    'view.dark': [view('dark'), () => settings.values.theme !== 'dark'],
    'view.help': [() => (commands.helpIsOpen = true)],
  }

  const fixed = () =>
    (Object.entries(actions) as [CommandId, (typeof actions)[CommandId]][])
      .filter(([, [, applies]]) => applies?.() ?? true)
      .map(([id, [run]]): Command => ({ id, ...commandWords[id], run }))
  const ofSamples = () =>
    catalogue.samples
      .filter(({ sha256 }) => !library.datasets.some((dataset) => dataset.sha256 === sha256))
      .map(({ id, name, description }): Command => ({
        ...{ id: `sample.${id}`, title: `Start with ${name}`, group: 'Data', words: 'sample example' },
        detail: description,
        run: () => library.importSample(id, name),
      }))
  const ofRuns = () =>
    (shown() ? experiment.runs : []).map((run): Command => ({
      ...{ id: `run.${run.id}`, group: 'This page', words: ['run page', ...run.tags].join(' ') },
      title: run.name ?? `${catalogue.variantName(run.attention)}, seed ${run.seed}`,
      detail: `run, ${run.state}`,
      run: () => place.go({ kind: 'run', id: run.id }),
    }))
  const ofExperiments = () =>
    experiment.history
      .slice(0, mostRecent)
      .map(({ id, name, attentions, seeds, tags, createdAt }): Command => ({
        ...{ id: `experiment.${id}`, title: name, group: 'Recent experiments' },
        words: [...attentions, ...tags].join(' '),
        detail: `${formatPlural(attentions.length, 'variant')} × ${formatPlural(seeds.length, 'seed')}, ${formatInstant(createdAt, new Date())}`,
        run: () => experiment.open(id),
      }))
  const ofDatasets = () =>
    library.datasets.map(({ id, name, kind, tags }): Command => ({
      ...{ id: `dataset.${id}`, title: name, group: 'Datasets', words: ['dataset', ...tags].join(' ') },
      detail: kind,
      run: () => place.go({ kind: 'dataset', id }),
    }))
  return () => [...fixed(), ...ofSamples(), ...ofRuns(), ...ofExperiments(), ...ofDatasets()]
}
