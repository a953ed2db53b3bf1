/**
 * The events of the contract inside one process. A run that makes progress is announced at most four times a
 * second, a run that changes its state at once, and the latest progress is never lost.
 */
import type { EventName, EventPayload } from '../../shared/contract.ts'
import { endedStates, type Run, type RunState } from '../../shared/experiment.ts'

const progressIntervalMs = 250

type Listener = (payload: never) => void

export interface Events {
  subscribe<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void
  emit<Name extends EventName>(event: Name, payload: EventPayload<Name>): void
  /** Emits runChanged, now or when the run's interval is over. */
  announceRun(run: Run): void
  /** Emits what is still waiting; then nothing is emitted any more. */
  close(): void
}

export function createEvents(): Events {
  const listeners = new Map<EventName, Set<Listener>>()
  const announced = new Map<string, { state: RunState; at: number; waiting?: Run; timer?: NodeJS.Timeout }>()

  function emit<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    for (const listener of listeners.get(event) ?? []) {
      try {
        ;(listener as (payload: EventPayload<Name>) => void)(payload)
      } catch (error) {
        console.error(`A listener of ${event} failed:`, error) // watching never takes training down
      }
    }
  }

  function announceNow(run: Run): void {
    clearTimeout(announced.get(run.id)?.timer)
    if (endedStates.has(run.state)) announced.delete(run.id)
    else announced.set(run.id, { state: run.state, at: performance.now() })
    emit('runChanged', run)
  }

  return {
    emit,
    subscribe(event, listener) {
      const set = listeners.get(event) ?? new Set()
      listeners.set(event, set)
      const entry: Listener = (payload) => listener(payload) // one entry per subscription
      set.add(entry)
      return () => void set.delete(entry)
    },
    announceRun(run) {
      const last = announced.get(run.id)
      if (!last || last.state !== run.state) return announceNow(run)
      const wait = last.at + progressIntervalMs - performance.now()
      if (wait <= 0) return announceNow(run)
      last.waiting = run
      last.timer ??= setTimeout(() => announceNow(last.waiting!), wait).unref()
    },
    close() {
      for (const { waiting } of [...announced.values()]) if (waiting) announceNow(waiting)
      listeners.clear()
    },
  }
}
