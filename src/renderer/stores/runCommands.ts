/** The commands of the page of a run: what is shown of it, by the keys 1 to 6, and what can be done with it. */
import { resumableStates } from '../../shared/experiment.ts'
import type { Command } from '../logic/commands/command.ts'
import { useExperiment } from './experiment.ts'
import { useExports } from './exports.ts'
import { useQueue } from './queue.ts'
import { useRun, type RunPanel } from './run.ts'

/** @param panels in the order of the page */
export function runCommands(panels: () => readonly { value: RunPanel; label: string }[]): () => Command[] {
  const [experiment, exports, queue, run] = [useExperiment(), useExports(), useQueue(), useRun()]
  const group = 'This page'
  return () => {
    const { current } = run
    if (!current) return []
    const { id, state, experiment: its } = current
    const acts: [applies: boolean, name: string, title: string, words: string, act: () => unknown][] = [
      [!run.ended, 'pause', 'Pause this run', 'stop wait', () => queue.pause(current)],
      [!run.ended, 'stop', 'Stop this run', 'end cancel', () => experiment.stop([current])],
      [resumableStates.has(state), 'resume', 'Resume this run', 'continue', () => experiment.resume(current)],
      [true, 'experiment', 'Open the experiment of this run', 'compare', () => experiment.open(its)],
      [true, 'export', 'Export this run…', 'save', () => exports.ask({ kind: 'run', id, name: id })],
    ]
    return [
      ...panels().map(({ value, label }, place): Command => ({
        ...{
          id: `run.${value}`,
          title: `${label} of this run`,
          group,
          words: 'tab',
          keys: String(place + 1),
        },
        run: () => (run.panel = value),
      })),
      ...acts
        .filter(([applies]) => applies)
        .map(([, name, title, words, act]): Command => ({
          id: `run.${name}`,
          title,
          words,
          group,
          run: act,
        })),
    ]
  }
}
