/**
 * Progress of runs on stderr. On a terminal: one line per run that trains, redrawn in place, above it one lasting
 * line per run that ended. Elsewhere (a log file, CI): a line when a run starts and ends, and every ten seconds.
 */
import { clearScreenDown, moveCursor } from 'node:readline'
import type { WriteStream } from 'node:tty'
import { endedStates, waitsForRoom, type Run, type Validation } from '../../../shared/experiment.ts'
import {
  formatAccuracy,
  formatCount,
  formatDuration,
  formatLoss,
  formatPlural,
  formatRate,
} from './format.ts'
import { onOneLine } from './output.ts'

const redrawIntervalMs = 100
const plainIntervalMs = 10_000
const barWidth = 20

export interface Progress {
  /** Takes every run of the experiment as it stands now. */
  update(runs: readonly Run[]): void
  /** Replaces the live lines by one line of text, while nothing trains. */
  say(text: string): void
  /** Writes one line that stays, above the live ones. */
  tell(text: string): void
  /** Takes the live lines away. */
  close(): void
}

export const silence: Progress = { update() {}, say() {}, tell() {}, close() {} }

export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? createLiveProgress(stream) : createPlainProgress(stream)
}

function createLiveProgress(stream: WriteStream): Progress {
  const reported = new Set<string>()
  let height = 0
  let last = -Infinity

  function draw(lasting: readonly string[], live: readonly string[]): void {
    const shown = live.slice(0, Math.max(1, stream.rows - 2)).map((line) => line.slice(0, stream.columns - 1))
    if (height > 0) {
      moveCursor(stream, 0, -height)
      stream.write('\r')
      clearScreenDown(stream)
    }
    stream.write([...lasting, ...shown].map((line) => `${line}\n`).join(''))
    height = shown.length
  }

  return {
    update(runs) {
      const ended = runs.filter((run) => endedStates.has(run.state) && !reported.has(run.id))
      if (ended.length === 0 && performance.now() - last < redrawIntervalMs) return
      last = performance.now()
      for (const run of ended) reported.add(run.id)
      const active = runs.filter((run) => run.state === 'preparing' || run.state === 'running')
      draw(ended.map(describeEnd), [...alignLines(active.map(describeProgress)), ...describeQueue(runs)])
    },
    say: (text) => draw([], [onOneLine(text)]),
    tell: (text) => draw([onOneLine(text)], []),
    close: () => draw([], []),
  }
}

function createPlainProgress(stream: NodeJS.WriteStream): Progress {
  const seen = new Map<string, string>()
  let last = performance.now()
  const write = (line: string) => void stream.write(`${line}\n`)
  return {
    update(runs) {
      for (const run of runs) {
        if (seen.get(run.id) === run.state) continue
        seen.set(run.id, run.state)
        if (run.state === 'running') write(describeStart(run))
        if (endedStates.has(run.state)) write(describeEnd(run))
      }
      if (performance.now() - last < plainIntervalMs) return
      last = performance.now()
      for (const run of runs)
        if (run.state === 'running') write(describeProgress(run).toSpliced(1, 1).join('  '))
    },
    say: () => undefined,
    tell: (text) => write(onOneLine(text)),
    close: () => undefined,
  }
}

/** Says once that runs wait for room on the disk, and once that they go on: also where progress is not shown. */
export function tellWaits(say: (text: string) => void): (runs: readonly Run[]) => void {
  let waits = false
  return (runs) => {
    const waiting = runs.find(waitsForRoom)
    if (waiting && !waits) say(`Training waits: ${waiting.error.message} ${waiting.error.hint}`)
    if (!waiting && waits) say('Training no longer waits: the disk has room again.')
    waits = waiting !== undefined
  }
}

const nameOf = (run: Run) => `${run.attention} seed ${run.seed}`

function describeStart(run: Run): string {
  const parameters = run.parameters === null ? '' : `, ${formatCount(run.parameters)} parameters`
  return `${nameOf(run)}: training ${formatCount(run.steps)} steps on ${run.device ?? 'auto'}${parameters}`
}

/** The cells of a live line. */
function describeProgress(run: Run): string[] {
  if (run.state === 'preparing') return [nameOf(run), 'preparing']
  const accuracy = run.lastValidation?.accuracy
  const filled = Math.round((barWidth * run.step) / run.steps)
  return [
    nameOf(run),
    '█'.repeat(filled) + '░'.repeat(barWidth - filled),
    `${formatCount(run.step)}/${formatCount(run.steps)}`,
    `loss ${formatLoss(run.trainLoss)}`,
    `validation ${formatLoss(run.lastValidation?.loss ?? null)}`,
    ...(accuracy === undefined ? [] : [formatAccuracy(accuracy)]),
    formatRate(run),
    waitsForRoom(run) ? 'waits for room on the disk' : `ETA ${formatDuration(run.etaSeconds)}`,
  ]
}

/** How many runs wait, and seconds until all are done if those that wait take as long as the others. */
function describeQueue(runs: readonly Run[]): string[] {
  const waiting = runs.filter((run) => run.state === 'queued').length
  if (waiting === 0) return []
  const active = runs.filter((run) => run.state === 'running' && run.etaSeconds !== null)
  const left = sum(active.map((run) => run.etaSeconds!))
  const timed = [...active, ...runs.filter((run) => run.state === 'finished')]
  const each = sum(timed.map((run) => run.seconds + (run.etaSeconds ?? 0))) / timed.length
  const eta = active.length === 0 ? null : (left + waiting * each) / active.length
  return [`${formatPlural(waiting, 'run')} queued  ETA of all ${formatDuration(eta)}`]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** One line about a run that will not change any more. */
export function describeEnd(run: Run): string {
  const best = run.bestValidation ? `, ${describeBest(run.bestValidation)}` : ''
  const reason = run.error && run.state !== 'interrupted' ? `: ${onOneLine(run.error.message)}` : ''
  const step = run.state === 'finished' ? '' : ` at step ${formatCount(run.step)}`
  return `${nameOf(run)}: ${run.state}${step}${best}, ${formatDuration(run.seconds)}${reason}`
}

function describeBest({ step, loss, accuracy }: Validation): string {
  const classified = accuracy === undefined ? '' : ` and accuracy ${formatAccuracy(accuracy)}`
  return `best validation loss ${formatLoss(loss)}${classified} at step ${formatCount(step)}`
}

/** Pads the cells so that the lines read as a table. */
function alignLines(lines: readonly string[][]): string[] {
  const widths: number[] = []
  for (const cells of lines)
    cells.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)))
  return lines.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  )
}
