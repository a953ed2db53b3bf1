/** From what a probe recorded to measurements: every chosen statistic at every place where it is measured. */
import type { Measurement } from '../../../shared/statistics.ts'
import { seededDraws } from './draws.ts'
import { keyOf, type ProbedModel, type Recording, type Wanted } from './recording.ts'
import type { Site } from './sites.ts'
import { settingOf } from './subjects.ts'

/** A statistic: where it is measured, and how it is computed there. */
export interface Measure {
  readonly sites: readonly Site<unknown>[]
  readonly of: (subject: unknown) => number | null
}
/** By the id of the catalogue. */
export type Measures = Readonly<Record<string, Measure>>

/** Says once that what the sites make is what the function takes. */
export const measured = <Subject>(
  sites: readonly Site<Subject>[],
  of: (subject: Subject) => number | null,
): Measure => ({ sites, of: of as Measure['of'] })

/** What has to be recorded for some statistics, each array once. */
export function wantedFor(measures: readonly Measure[], model: ProbedModel): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const { sites } of measures)
    for (const site of sites)
      for (let layer = 0; layer < model.layers; layer++)
        for (const one of site.reads(layer, model) ?? []) wanted.set(keyOf(one), one)
  return [...wanted.values()]
}

/** A statistic that threw: its measurements are null. */
export interface Failure {
  readonly statistic: string
  readonly message: string
}

/**
 * Measures recordings of one run, one after the other; what does not depend on the step is kept between them. Order: by
 * block, then by place, then by head. Nothing is thrown: a statistic that fails is null, and told.
 */
export function createMeasurer(
  chosen: Measures,
  onFailure: (failure: Failure) => void,
): (recording: Recording, step: number) => Measurement[] {
  const setting = settingOf(seededDraws())
  const bySite = new Map<Site<unknown>, [id: string, of: Measure['of']][]>()
  for (const [id, { sites, of }] of Object.entries(chosen))
    for (const site of sites) bySite.set(site, [...(bySite.get(site) ?? []), [id, of]])

  function valueOf(statistic: string, compute: () => number | null): number | null {
    try {
      const value = compute()
      return value !== null && Number.isFinite(value) ? value : null
    } catch (error) {
      onFailure({ statistic, message: error instanceof Error ? error.message : String(error) })
      return null
    }
  }

  return (recording, step) => {
    const { model } = recording
    const measurements: Measurement[] = []
    for (let layer = 0; layer < model.layers; layer++) {
      const subjects = new Map<Site<unknown>['subject'], Map<number, unknown>>()
      for (const [site, statistics] of bySite) {
        if (site.reads(layer, model) === null) continue
        const known = subjects.get(site.subject) ?? new Map<number, unknown>()
        subjects.set(site.subject, known)
        for (let head = 0; head < (site.perHead ? model.heads : 1); head++)
          for (const [statistic, of] of statistics) {
            const value = valueOf(statistic, () => {
              if (!known.has(head)) known.set(head, site.subject(recording, setting, layer, head))
              return of(known.get(head))
            })
            const place = { layer, tap: site.tap, head: site.perHead ? head : null }
            measurements.push({ step, ...place, statistic, value })
          }
      }
    }
    return measurements
  }
}
