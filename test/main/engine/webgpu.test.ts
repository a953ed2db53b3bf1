/**
 * WebGPU on a software GPU, in processes of their own: every operation and the whole training against the CPU, and the
 * proof that ONNX Runtime leaves no node of a step to the CPU.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { slowlyTrained } from '../../support/goldenTraining.ts'
import { operationCases } from '../../support/operationCases.ts'
import { findSoftwareGpu } from '../../support/softwareGpu.ts'
import { slowlyRun, tinyPrograms } from '../../support/tinyPrograms.ts'
import type { ParityMessage } from '../../support/webgpuParity.ts'

/** `npm run test:long` computes what takes minutes, too. */
const isLong = import.meta.env.MODE === 'long'
const gpu = await findSoftwareGpu()
if ('missing' in gpu) console.log(`WebGPU is not tested here: ${gpu.missing}.`)

interface Outcome<Message> {
  readonly messages: Message[]
  readonly log: string
  readonly end: string
}

function runWithGpu<Message>(entry: string, ...words: string[]): Promise<Outcome<Message>> {
  const environment = 'missing' in gpu ? {} : gpu.environment
  const child = fork(fileURLToPath(new URL(`../../support/${entry}`, import.meta.url)), words, {
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const messages: Message[] = []
  let log = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.on('message', (message: Message) => messages.push(message))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ messages, log, end: signal ?? `code ${code}` }))
  })
}

describe.skipIf('missing' in gpu)('on a software GPU', () => {
  let outcome: Outcome<ParityMessage>
  beforeAll(async () => {
    outcome = await runWithGpu('webgpuParity.ts', ...(isLong ? ['all'] : []))
  }, 1_200_000)

  const differences = (kind: ParityMessage['kind'], name: string): Record<string, number> => {
    const message = outcome.messages.find((candidate) => candidate.kind === kind && candidate.name === name)
    if (!message) throw new Error(`It ended by ${outcome.end} before: ${outcome.log.slice(-1000)}`)
    if (!message.differences) throw new Error(message.error)
    expect(Object.keys(message.differences)).not.toEqual([])
    return message.differences
  }

  it.each(Object.keys(operationCases))('%s: as on the CPU', (name) => {
    for (const [result, difference] of Object.entries(differences('operation', name)))
      expect(difference, result).toBeLessThan(1e-4)
  })

  it.each(slowlyTrained(isLong))('20 training steps, %s: as on the CPU', (attention) => {
    for (const [result, difference] of Object.entries(differences('training', attention)))
      expect(difference, result).toBeLessThan(1e-4)
  })

  it.each(slowlyRun(isLong))('%s: as on the CPU', (name) => {
    for (const [result, difference] of Object.entries(differences('program', name)))
      expect(difference, result).toBeLessThan(1e-4)
  })

  it('the state stays on the GPU, shared by programs, readable, and does not grow', () => {
    const { 'growth in megabytes': growth, ...rest } = differences(
      'state',
      'stays on the GPU over many steps, shared by programs and readable',
    )
    for (const [result, difference] of Object.entries(rest)) expect(difference, result).toBeLessThan(1e-6)
    expect(growth).toBeLessThan(160) // a leak of every replaced tensor would be 640
  })

  it('the state outlives the programs that made it', () => {
    for (const [result, difference] of Object.entries(
      differences('state', 'outlives the programs that made it'),
    ))
      expect(difference, result).toBeLessThan(1e-6)
  })

  const found = (name: string) =>
    outcome.messages.find((message) => message.kind === 'choice' && message.name === name)?.found

  it('it is available, and its description says that it is no hardware', () => {
    expect(found('listed')).toEqual({
      id: 'webgpu',
      available: true,
      description: expect.stringMatching(/SwiftShader.*computed by the processor/) as string,
    })
  })

  it('it is used when named, and never chosen by auto', () => {
    expect(found('named')).toEqual({ device: 'webgpu', measured: [] })
    expect(found('auto')).not.toMatchObject({ device: 'webgpu' })
    expect(JSON.stringify(found('auto'))).not.toContain('webgpu')
  })

  it('a measurement beside the CPU finds that its results agree', () => {
    expect(found('measured')).toEqual(
      ['cpu', 'webgpu'].map((device) => ({ device, msPerStep: expect.any(Number) as number })),
    )
  })
})

describe.skipIf('missing' in gpu)('every node is placed on the GPU', () => {
  let outcome: Outcome<never>
  beforeAll(async () => {
    outcome = await runWithGpu('webgpuPlacement.ts')
  }, 300_000)

  const placements = (program: string): { provider: string; nodes: number }[] => {
    expect(outcome.end, outcome.log.slice(-1000)).toBe('code 0')
    const section = outcome.log.split('\nprogram: ').find((part) => part.startsWith(`${program}\n`))
    const lines = (section ?? '').matchAll(/placed on \[(\w+)\]\. Number of nodes: (\d+)/g)
    return [...lines].map((line) => ({ provider: line[1]!, nodes: Number(line[2]) }))
  }

  it.each(Object.keys(operationCases))('%s', (name) => {
    expect(placements(name).map(({ provider }) => provider)).toEqual(['WebGpuExecutionProvider'])
  })

  it.each(Object.keys(tinyPrograms))('%s', (program) => {
    const [placement, ...others] = placements(program)
    expect(placement!.provider).toBe('WebGpuExecutionProvider')
    expect(placement!.nodes).toBeGreaterThan(30)
    expect(others).toEqual([])
  })

  it('an operation that the provider lacks is seen on the CPU', () => {
    expect(placements('control')).toEqual([{ provider: 'CPUExecutionProvider', nodes: 1 }])
  })
})
