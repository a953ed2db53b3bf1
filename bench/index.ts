/**
 * `npm run bench`: milliseconds a step of our models and of the same models in PyTorch, measured in one interleaved
 * run. Times belong to the machine; the ratios are what travels. docs/performance.md explains the figures.
 *
 *     npm run bench -- [--json] [--threads N] [--device cpu] [--rounds N] [--only ID] [--python python3] [--peer cpu|cuda] [--compiled]
 */
import os from 'node:os'
import { parseArgs } from 'node:util'
import type { DeviceChoice } from '../src/shared/experiment.ts'
import { cases, prepare, type Case } from './cases.ts'
import { interleave, median, startOurs, startPeer, type Contestant, type Figures } from './measure.ts'
import { openSgemm } from './sgemm.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    device: { type: 'string', default: 'cpu' },
    rounds: { type: 'string', default: '8' },
    only: { type: 'string', multiple: true },
    python: { type: 'string', default: 'python3' },
    peer: { type: 'string', default: 'cpu' },
    compiled: { type: 'boolean', default: false },
  },
})
const threads = Number(options.threads)
const device = options.device as DeviceChoice
const wanted = cases.filter(({ id }) => !options.only || options.only.includes(id))

interface Row {
  readonly id: string
  readonly attention: string
  readonly parameters: number
  readonly tokensPerSecond: number
  readonly ours: Figures
  readonly pytorch: Figures | null
  /** PyTorch's time over ours. */
  readonly ratio: { readonly median: number; readonly best: number } | null
  /** Of the rate of plain matrix products, measured between the rounds. */
  readonly sgemmShare: number
  readonly sgemmGigaflops: number
  /** By how much a step takes longer than with standard attention, measured in the same turns: 0.05 is 5 %. */
  readonly againstStandard: number | null
}

const log = (text: string) => process.stderr.write(`${text}\n`)
const peerOptions = {
  python: options.python,
  threads,
  device: options.peer as 'cpu' | 'cuda',
  compiled: options.compiled,
}

/** The most of our models that take turns with each other: each is a process of its own. */
const atOnce = 4
/**
 * The variants of one model take turns with its standard attention, a few at a time, so that they are compared with it
 * and not with the weather.
 */
const groups = [...Map.groupBy(wanted, ({ id }) => id.split(',')[0]!).values()].flatMap((group) => {
  const [first, ...others] = group as [Case, ...Case[]]
  const count = Math.max(1, Math.ceil(others.length / (atOnce - 1)))
  return Array.from({ length: count }, (_, index) => [
    first,
    ...others.slice(index * (atOnce - 1), (index + 1) * (atOnce - 1)),
  ])
})
const sgemm = await openSgemm(device, threads)
for (let warmUp = 0; warmUp < 3; warmUp++) await sgemm()
const rows: Row[] = []
let version: string | undefined
for (const group of groups) {
  const yardstick = group[0]!
  const isNew = ({ id }: Case) => rows.every((row) => row.id !== id)
  log(`${yardstick.id}: starting ${group.map(({ attention }) => attention).join(', ')}`)
  const ours: Contestant[] = []
  const peers: (Contestant | null)[] = []
  for (const benchCase of group) {
    ours.push(await startOurs(benchCase, threads, device))
    const hasPeer = benchCase.attention === 'standard' && isNew(benchCase)
    peers.push(hasPeer ? await startPeer(benchCase, peerOptions) : null)
  }
  version ??= peers.find((peer) => peer !== null)?.version
  const everyone = [...ours, ...peers.filter((peer) => peer !== null)]
  const stepsPerTurn = yardstick.id === 'nanogpt-cpu' ? 15 : 4
  const rates: number[] = []
  const figures = await interleave(everyone, Number(options.rounds), stepsPerTurn, async () => {
    rates.push(await sgemm())
  })
  everyone.forEach((contestant) => contestant.end())
  const rate = median(rates)
  group.forEach((benchCase, index) => {
    if (!isNew(benchCase)) return
    const { parameters, operationsPerStep, tokensPerStep } = prepare(benchCase)
    const own = figures[index]!
    const peerIndex = peers[index] ? ours.length + peers.slice(0, index).filter(Boolean).length : -1
    const pytorch = figures[peerIndex] ?? null
    rows.push({
      id: benchCase.id,
      attention: benchCase.attention,
      parameters,
      tokensPerSecond: tokensPerStep / (own.medianMs / 1000),
      ours: own,
      pytorch,
      ratio: pytorch && { median: pytorch.medianMs / own.medianMs, best: pytorch.bestMs / own.bestMs },
      sgemmShare: operationsPerStep / (own.medianMs / 1000) / rate,
      sgemmGigaflops: rate / 1e9,
      againstStandard:
        yardstick.attention === 'standard' && benchCase !== yardstick
          ? own.medianMs / figures[0]!.medianMs - 1
          : null,
    })
  })
}

const report = {
  machine: { processor: os.cpus()[0]?.model.trim() ?? 'unknown', cores: os.availableParallelism() },
  device,
  threads,
  pytorch: version ? { version, device: options.peer, compiled: options.compiled } : null,
  rows,
}
if (options.json) console.log(JSON.stringify(report, null, 2))
else {
  const ms = (value: number) => value.toFixed(1)
  console.log(
    `${report.machine.processor}, ${threads} threads, device ${device}, PyTorch ${version ?? 'not found'}\n`,
  )
  console.log(
    '| case | parameters | ms a step, median (best) | tokens/s | compile, s | memory, MB | PyTorch, median (best) | PyTorch / ours, median (best) | of sgemm | against standard |',
  )
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const row of rows) {
    const { id, parameters, ours, pytorch, ratio, tokensPerSecond, sgemmShare, againstStandard } = row
    const cells = [
      id,
      parameters.toLocaleString('en'),
      `${ms(ours.medianMs)} (${ms(ours.bestMs)})`,
      Math.round(tokensPerSecond).toLocaleString('en'),
      (ours.compileMs / 1000).toFixed(2),
      Math.round(ours.memoryBytes / 1e6),
      pytorch ? `${ms(pytorch.medianMs)} (${ms(pytorch.bestMs)})` : '–',
      ratio ? `${ratio.median.toFixed(2)} (${ratio.best.toFixed(2)})` : '–',
      `${(100 * sgemmShare).toFixed(0)} %`,
      againstStandard === null ? '–' : `${(100 * againstStandard).toFixed(1)} %`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
process.exit(0)
