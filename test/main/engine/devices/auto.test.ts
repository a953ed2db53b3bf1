import { describe, expect, it } from 'vitest'
import { openFastest, type Candidate } from '../../../../src/main/engine/devices/auto.ts'
import { openCpu } from '../../../../src/main/engine/devices/cpu.ts'
import { openReference } from '../../../../src/main/engine/devices/reference.ts'
import type { Device, Program } from '../../../../src/main/engine/program.ts'
import { languageModel } from '../../../../src/main/model/transformer.ts'
import { trainingProgram } from '../../../../src/main/training/programs.ts'
import { presetAxes } from '../../../../src/shared/catalogue/variants.ts'
import { goldenConfiguration } from '../../../support/goldenTraining.ts'

const program: Program = {
  name: 'played',
  state: { weights: { shape: [2], dtype: 'float32' } },
  inputs: { tokens: { shape: [3], dtype: 'int32' }, rate: { shape: [], dtype: 'float32' } },
  build: () => ({ state: {}, results: {} }),
}

/** Devices whose steps take given times on a clock that only they move. */
function played() {
  let clock = 0
  const log: string[] = []
  const candidate = (name: string, times: number[], loss = 1.5): Candidate => ({
    name,
    open: () => {
      log.push(`open ${name}`)
      let step = 0
      return Promise.resolve<Device>({
        name,
        description: '',
        createState: (values) => {
          expect([...values.weights!.numbers].every((value) => value > 0)).toBe(true)
          return { read: () => Promise.resolve({}), release: async () => void log.push(`free ${name}`) }
        },
        compile: () => {
          log.push(`compile ${name}`)
          return Promise.resolve({
            run: (_, { tokens, rate }) => {
              expect([[...tokens!], [...rate!]]).toEqual([[0, 0, 0], [1]])
              clock += times[Math.min(step++, times.length - 1)]!
              return Promise.resolve({ loss: Float32Array.of(loss) })
            },
            release: async () => void log.push(`release ${name}`),
          })
        },
      })
    },
  })
  return { candidate, log, now: () => clock }
}
const failing = (name: string, message: string): Candidate => ({
  name,
  open: () => Promise.reject(new Error(message)),
})

describe('auto', () => {
  it('measures nothing where there is nothing to choose from', async () => {
    const { candidate, log, now } = played()
    const { device, measured } = await openFastest([candidate('cpu', [1])], program, now)
    expect([device.name, measured, log]).toEqual(['cpu', [], ['open cpu']])
  })

  it('takes the smallest median after two steps to warm up, and frees what it tried', async () => {
    const { candidate, log, now } = played()
    const { device, measured } = await openFastest(
      [candidate('cpu', [10]), candidate('webgpu', [900, 90, 4, 5, 70, 3, 80]), candidate('cuda', [6])],
      program,
      now,
    )
    expect(measured).toEqual([
      { device: 'cpu', msPerStep: 10 },
      { device: 'webgpu', msPerStep: 5 },
      { device: 'cuda', msPerStep: 6 },
    ])
    expect(device.name).toBe('webgpu')
    for (const name of ['cpu', 'webgpu', 'cuda'])
      expect(log.filter((line) => line.endsWith(name))).toEqual([
        `open ${name}`,
        `compile ${name}`,
        `free ${name}`,
        ...(name === 'webgpu' ? [] : [`release ${name}`]),
      ])

    const compiled = await device.compile(program) // the one that was measured
    expect(log.filter((line) => line === 'compile webgpu')).toHaveLength(1)
    await compiled.release()
    expect(log.at(-1)).toBe('release webgpu')
    await device.compile({ ...program })
    expect(log.at(-1)).toBe('compile webgpu')
  })

  it('keeps the CPU where it is faster', async () => {
    const { candidate, now } = played()
    const { device } = await openFastest([candidate('cpu', [2]), candidate('webgpu', [3])], program, now)
    expect(device.name).toBe('cpu')
  })

  it('refuses a device that fails or computes something else, and says so', async () => {
    const { candidate, now } = played()
    const { device, measured } = await openFastest(
      [
        candidate('cpu', [9]),
        failing('webgpu', 'out of memory'),
        candidate('coreml', [1], 1.6),
        candidate('cuda', [1], NaN),
      ],
      program,
      now,
    )
    expect(device.name).toBe('cpu')
    expect(measured).toEqual([
      { device: 'cpu', msPerStep: 9 },
      { device: 'webgpu', failure: 'out of memory' },
      { device: 'coreml', failure: expect.stringContaining('loss') as string },
      { device: 'cuda', failure: expect.stringContaining('NaN') as string },
    ])
  })

  it('opens the first where none could be measured, so that the run says what is wrong', async () => {
    const attempt = openFastest([failing('cpu', 'broken'), failing('webgpu', 'broken too')], program)
    await expect(attempt).rejects.toThrow('broken')
  })

  it('measures real devices on a real training step, whose results agree', async () => {
    const model = languageModel(goldenConfiguration, presetAxes('exponential-family'))
    const { device, measured } = await openFastest(
      [
        { name: 'cpu', open: () => Promise.resolve(openCpu(1)) },
        { name: 'reference', open: openReference },
      ],
      trainingProgram(model, goldenConfiguration),
    )
    expect(measured).toEqual(
      ['cpu', 'reference'].map((name) => ({ device: name, msPerStep: expect.any(Number) as number })),
    )
    const best = measured.toSorted((a, b) => a.msPerStep! - b.msPerStep!)[0]!
    expect(device.name).toBe(best.device)
  })
})
