/** The states of a run as words and signs: never by colour alone. */
import { waitsForRoom, type Run, type RunState } from '../../shared/experiment.ts'

export type StateIcon = 'clock' | 'half' | 'play' | 'check' | 'stop' | 'alert' | 'diverge' | 'pause' | 'cut'

export const stateSigns: Readonly<Record<RunState, { icon: StateIcon; meaning: string }>> = {
  queued: { icon: 'clock', meaning: 'waits for its turn' },
  preparing: { icon: 'half', meaning: 'its model is being built and compiled' },
  running: { icon: 'play', meaning: 'trains' },
  paused: { icon: 'pause', meaning: 'was paused by you, and goes on when you resume it' },
  finished: { icon: 'check', meaning: 'did all its steps' },
  stopped: { icon: 'stop', meaning: 'was stopped by you' },
  failed: { icon: 'alert', meaning: 'ended with an error' },
  diverged: { icon: 'diverge', meaning: 'its loss is no longer a number' },
  interrupted: { icon: 'cut', meaning: 'the workbench ended while it trained' },
}

/** What a run does, as a word and a sign: its state, other than while it waits for room on the disk. */
export const signOf = (
  run: Pick<Run, 'state' | 'error'>,
): { word: string; icon: StateIcon; meaning: string } =>
  waitsForRoom(run)
    ? { word: 'waits for room', icon: 'clock', meaning: 'goes on by itself when the disk has room' }
    : { word: run.state, ...stateSigns[run.state] }
