/**
 * Probes a run while it trains: a forward pass on the probe batch at every evaluation (reader.ts), whose numbers another
 * thread turns into measurements (worker.ts) while training goes on. At most one step is being measured: the next probe
 * waits for the one before it. Nothing that goes wrong here ends a run.
 */
import type { RunConfiguration } from '../../../shared/experiment.ts'
import { chosenStatistics, type Measurement } from '../../../shared/statistics.ts'
import type { Device, DeviceState } from '../../engine/program.ts'
import type { PackedProbe } from '../packedProbe.ts'
import type { Probed } from './program.ts'
import { openReader, type ProbeReader } from './reader.ts'
import { openThread, type MeasuringThread } from './thread.ts'
import type { Measured } from './work.ts'

export interface ProbeListener {
  measurements(measurements: readonly Measurement[]): void
  probe(probe: PackedProbe): void
  /** What is not measured from here on; said once. */
  failed(step: number, what: string, reason: string): void
}

export interface Prober {
  /** Resolves when the numbers are read: measuring goes on beside training. Steps ascending. */
  probe(step: number, state: DeviceState): Promise<void>
  /** Resolves when everything that was probed is measured and told. */
  settle(): Promise<void>
  /** Settles, and ends the thread. */
  close(): Promise<void>
}

const idle: Prober = {
  probe: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

/** Measures what the configuration chooses; where it chooses nothing, nothing is compiled or started. */
export function createProber(
  device: Device,
  probed: Probed,
  configuration: RunConfiguration,
  listener: ProbeListener,
): Prober {
  const statistics = chosenStatistics(configuration.statistics).chosen.map(({ id }) => id)
  if (statistics.length === 0) return idle
  let opened: { readonly reader: ProbeReader; readonly thread: MeasuringThread } | undefined
  let measuring = Promise.resolve()
  let isBroken = false

  function giveUp(step: number, error: unknown): void {
    isBroken = true
    listener.failed(step, 'Hidden states', error instanceof Error ? error.message : String(error))
  }

  function report({ step, measurements, probe, failures }: Measured): void {
    listener.measurements(measurements)
    if (probe) listener.probe(probe)
    for (const { statistic, message } of failures)
      listener.failed(step, `The statistic ${statistic}`, message)
  }

  return {
    async probe(step, state) {
      await measuring
      if (isBroken) return
      try {
        if (!opened) {
          const reader = await openReader(device, probed, configuration, statistics)
          opened = { reader, thread: openThread(reader.plan) }
        }
        const { reader, thread } = opened
        const work = await reader.read(step, state)
        measuring = thread.measure(work).then(report, (error: unknown) => giveUp(step, error))
      } catch (error) {
        giveUp(step, error)
      }
    },
    settle: () => measuring,
    async close() {
      await measuring
      await opened?.thread.close()
    },
  }
}
