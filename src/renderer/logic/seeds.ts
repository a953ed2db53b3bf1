/** Seeds as a person writes them, "0, 1, 2" or "0-4", as a list of whole numbers. */
import { largestSeed } from '../../shared/seed.ts'

const mostSeeds = 100

export type ParsedSeeds = { seeds: number[]; error: null } | { seeds: null; error: string }

const refuse = (error: string): ParsedSeeds => ({ seeds: null, error })

/** Seeds in the order written; the error says which part is wrong and what would be right. */
export function parseSeeds(text: string): ParsedSeeds {
  const parts = text
    .replace(/\s*[-–]\s*(?=\d)/g, '-')
    .split(/[\s,;]+/)
    .filter(Boolean)
  if (parts.length === 0) return refuse('Name at least one seed, for example 0 or 0, 1, 2.')
  const seeds: number[] = []
  for (const part of parts) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part)
    if (!match)
      return refuse(`“${part}” is not a seed: write whole numbers such as 0, 1, 2, or a range such as 0-4.`)
    const first = Number(match[1])
    const last = Number(match[2] ?? match[1])
    if (last > largestSeed) return refuse(`${last} is too large for a seed: the largest is ${largestSeed}.`)
    if (last < first) return refuse(`“${part}” runs backwards: write ${last}-${first}.`)
    if (seeds.length + last - first >= mostSeeds)
      return refuse(
        `“${text.trim()}” names more than ${mostSeeds} seeds: ${mostSeeds} is the most for one experiment.`,
      )
    for (let seed = first; seed <= last; seed++) {
      if (seeds.includes(seed)) return refuse(`Seed ${seed} is named twice.`)
      seeds.push(seed)
    }
  }
  return { seeds, error: null }
}
