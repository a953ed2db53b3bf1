/** Which statistic is looked at, and where: what can be chosen of what was measured, and what is chosen to begin with. */
import type { Statistic } from '../../../shared/catalogue/statistics/statistic.ts'
import type { Measured } from '../../../shared/statistics.ts'
import { firstTap, sortTaps } from './taps.ts'

export interface Selection {
  statistic: string
  tap: string
  /** One head, or the mean over the heads of every run. */
  head: number | 'mean'
}

/** The measured statistics in the order of the catalogue; one that the catalogue does not know has its id as name. */
export function measuredStatistics({ statistics }: Measured, catalogue: readonly Statistic[]): Statistic[] {
  const ids = [...new Set(statistics.map(({ statistic }) => statistic))]
  return ids.map((id) => catalogue.find((row) => row.id === id) ?? unlisted(id))
}

const unlisted = (id: string): Statistic => ({
  id,
  name: id,
  family: 'Of another version',
  formula: '',
  meaning: 'This version of the app does not know what it is.',
  range: 'any',
  reading: '',
  caveat: null,
  source: '',
  of: 'tokens',
  profile: 'full',
  units: 'none',
})

export const tapsOf = ({ statistics }: Measured, statistic: string): string[] =>
  sortTaps(statistics.filter((row) => row.statistic === statistic).map(({ tap }) => tap))

/** The heads that a statistic has a value for at a tap; none where it is not measured by head. */
export const headsOf = ({ statistics }: Measured, statistic: string, tap: string): number[] =>
  statistics
    .filter((row) => row.statistic === statistic && row.tap === tap)
    .flatMap(({ heads }) => heads.filter((head) => head !== null))

/** The selection nearest to a wanted one that was measured, beginning with a preferred one; null where nothing was. */
export function settle(
  measured: Measured,
  wanted: Partial<Selection>,
  preferred: Partial<Selection> = {},
): Selection | null {
  const ids = new Set(measured.statistics.map((row) => row.statistic))
  const statistic =
    [wanted.statistic, preferred.statistic].find((id) => id !== undefined && ids.has(id)) ??
    measured.statistics[0]?.statistic
  if (statistic === undefined) return null
  const taps = tapsOf(measured, statistic)
  const tap =
    [wanted.tap, preferred.tap].find((one) => one !== undefined && taps.includes(one)) ?? firstTap(taps)!
  const { head = 'mean' } = wanted
  return {
    statistic,
    tap,
    head: head !== 'mean' && headsOf(measured, statistic, tap).includes(head) ? head : 'mean',
  }
}

/** Whether two selections are answered by the same question. */
export const questionOf = ({ statistic, tap, head }: Selection): string =>
  `${statistic} ${tap} ${head === 'mean' ? 'mean' : 'each'}`

/** The value that says neither one thing nor the other: zero for what may have either sign. Null: there is none. */
export const neutralOf = ({ neutral, range }: Statistic): number | null =>
  neutral ?? (range === 'any' || range.startsWith('−1 to') ? 0 : null)

/** Whether ratios can say more than differences: of what is never negative and has no upper end. */
export const mayBeLogarithmic = ({ range }: Statistic): boolean =>
  /^(0|above 0|1) and more|^above 0/.test(range)
