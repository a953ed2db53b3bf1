/** train --dry-run and compare --dry-run: what would be queued, how long it may take, and what was trained before. */
import type { ExperimentRequest } from '../../../shared/contract.ts'
import type { Duplicate, Estimate, Plan, VariantEstimate } from '../../../shared/queue.ts'
import type { Workbench } from '../../workbench.ts'
import { formatBytes, formatCount, formatDuration, formatPlural, unknown } from './format.ts'
import { note, print, printDocument, table } from './output.ts'
import { exitCodes, orInterrupted, type ExitCode } from './session.ts'

export async function printPlan(
  workbench: Workbench,
  request: ExperimentRequest,
  json: boolean,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (!json) note('Trying a few steps of what was never trained here ...')
  const plan = await orInterrupted(workbench.api.planExperiment({ ...request, measure: true }), signal)
  const { runs, parameters, duplicates, estimate } = plan
  if (json) {
    const planned = runs.map(({ attention, seed, steps, configurationHash }) => {
      return { attention, seed, steps, configurationHash }
    })
    printDocument({ runs: planned, parameters, duplicates, estimate })
    return exitCodes.done
  }
  print(
    table(estimate.variants, [
      { title: 'variant', value: ({ attention }) => attention },
      {
        title: 'parameters',
        align: 'right',
        value: ({ attention }) => describeParameters(attention, parameters),
      },
      { title: 'device', value: ({ device, threads }) => `${device}, ${formatPlural(threads, 'thread')}` },
      { title: 'ms/step', align: 'right', value: ({ stepMs }) => formatCount(stepMs, 1) },
      { title: 'one run', align: 'right', value: ({ seconds }) => formatDuration(seconds) },
      { title: 'memory', align: 'right', value: ({ peakBytes }) => formatBytes(peakBytes) },
      { title: 'known from', value: sourceOf },
    ]),
  )
  print(`\n${describeEstimate(runs.length, estimate)}`)
  for (const duplicate of duplicates) print(describeDuplicate(duplicate))
  return exitCodes.done
}

/** "804,096", and of any but the first variant how many more or fewer: "805,120 (+1,024)". */
export function describeParameters(attention: string, parameters: Plan['parameters']): string {
  const count = parameters.find((one) => one.attention === attention)?.count
  if (count === undefined) return unknown
  const more = count - parameters[0]!.count
  const difference = more === 0 ? '' : ` (${more > 0 ? '+' : '−'}${formatCount(Math.abs(more))})`
  return formatCount(count) + difference
}

const sourceOf = ({ source }: VariantEstimate): string =>
  source === 'run' ? 'an earlier run' : 'a few steps, tried now or earlier'

/** "6 runs: about 2:05, up to 1.2 GB of the 16.0 GB of this machine". */
export function describeEstimate(runs: number, { seconds, peakBytes, memoryBytes }: Estimate): string {
  const memory = peakBytes === null ? unknown : formatBytes(peakBytes)
  const lacks = peakBytes !== null && peakBytes > memoryBytes ? ': that is too much' : ''
  return `${formatPlural(runs, 'run')}: about ${formatDuration(seconds)}, up to ${memory} of the ${formatBytes(memoryBytes)} of this machine${lacks}`
}

/** "standard seed 0 was trained before, with the same everything: run abc, finished". */
export const describeDuplicate = ({ attention, seed, run, state }: Duplicate): string =>
  `warning: ${attention} seed ${seed} has a run that is the same in everything: ${run}, ${state}.`
