/** What a trainer reports, as lines of the log of its run. Its changes of state are there by themselves. */
import { totalOperations, type Run } from '../../shared/experiment.ts'
import type { LogEntry } from '../store/log.ts'
import type { Report } from './messages.ts'

/** @param run as it was before the report */
export function linesOf({ progress, rewindTo, alerts }: Report, run: Pick<Run, 'step'>): LogEntry[] {
  const lines: LogEntry[] = []
  const note = (step: number, message: string) => lines.push({ step, kind: 'note', message })
  if (progress.device) note(run.step, builtOn(progress))
  if (rewindTo !== undefined && rewindTo > 0)
    note(rewindTo, `It goes on from its checkpoint of step ${rewindTo}.`)
  else if (rewindTo === 0 && run.step > 0)
    note(0, 'It begins anew: it has no checkpoint that it could go on from.')
  if (progress.error) lines.push({ step: run.step, kind: 'warning', message: progress.error.message })
  else if (progress.error === null) note(run.step, 'It no longer waits for room on the disk.')
  for (const { step, message } of alerts) lines.push({ step, kind: 'warning', message })
  return lines
}

/** "Trains on cpu (2 threads, AMD EPYC): 804,096 parameters, 0.563 GFLOP a step." */
function builtOn({ device, threads, deviceDescription, parameters, operations }: Report['progress']): string {
  const place = [threads ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : '', deviceDescription ?? '']
  const where = place.filter(Boolean).join(', ')
  const facts = [
    ...(parameters ? [`${parameters.toLocaleString('en-US')} parameters`] : []),
    ...(operations ? [`${Number((totalOperations(operations) / 1e9).toPrecision(3))} GFLOP a step`] : []),
  ]
  return `Trains on ${device}${where && ` (${where})`}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}.`
}
