/** A process that imports what it is named: `importing.ts LIBRARY PATH`. It sends its figures, and its progress. */
import { fileAt } from '../src/main/datasets/importers/source.ts'
import { openLibrary } from '../src/main/datasets/library.ts'

export interface ImportFigures {
  items: number
  seconds: number
  /** Of all threads. */
  processorSeconds: number
  memoryBytes: number
  progressReports: number
}

const [root, file] = process.argv.slice(2) as [string, string]
let progressReports = 0
const started = performance.now()
const { train, validation } = await openLibrary(root).import({
  files: [fileAt(file)],
  onProgress: () => void progressReports++,
})
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
process.send!({
  items: train + validation,
  seconds: (performance.now() - started) / 1000,
  processorSeconds: (userCPUTime + systemCPUTime) / 1e6,
  memoryBytes: maxRSS * 1024,
  progressReports,
} satisfies ImportFigures)
