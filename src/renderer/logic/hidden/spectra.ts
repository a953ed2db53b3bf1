/** Spectra as they are drawn: a line over some runs, such as the seeds of a variant. */
import type { StateSpectrum } from '../../../shared/states.ts'

export interface SpectrumLine {
  /** Means by rank, from 1. Only ranks that every run has. */
  mean: number[]
  /** Smallest and largest of the runs. */
  lower: number[]
  upper: number[]
  /** How many runs there are. */
  count: number
}

/** The mean over runs of every eigenvalue; as shares each is divided by the sum of its run first. */
export function spectrumLine(
  spectra: readonly Pick<StateSpectrum, 'eigenvalues'>[],
  asShares: boolean,
): SpectrumLine {
  const all = spectra.flatMap(({ eigenvalues }) => {
    if (!eigenvalues || eigenvalues.length === 0) return []
    const total = asShares ? eigenvalues.reduce((sum, value) => sum + value, 0) : 1
    return [eigenvalues.map((value) => value / total)]
  })
  const ranks = all.length === 0 ? 0 : Math.min(...all.map((values) => values.length))
  const line: SpectrumLine = { mean: [], lower: [], upper: [], count: all.length }
  for (let rank = 0; rank < ranks; rank++) {
    const values = all.map((one) => one[rank]!)
    line.mean.push(values.reduce((sum, value) => sum + value, 0) / values.length)
    line.lower.push(Math.min(...values))
    line.upper.push(Math.max(...values))
  }
  return line
}
