import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isVariantFile,
  parseList,
  parsePort,
  parseSeeds,
  parseSetting,
  parseSteps,
} from '../../../../src/main/hosts/cli/arguments.ts'
import { runConfigurationSchema } from '../../../../src/shared/experiment.ts'

describe('parseSetting', () => {
  it.each([
    ['width=16', { width: 16 }],
    ['learningRate=1e-3', { learningRate: 0.001 }],
    ['tiedHead=false', { tiedHead: false }],
    ['biases=true', { biases: true }],
    ['evaluationTokens=0', { evaluationTokens: 0 }],
    ['norm=rms', { norm: 'rms' }],
    ['pooling=mean', { pooling: 'mean' }],
    ['samplePrompt=To be=', { samplePrompt: 'To be=' }],
    ['samplePrompt=7', { samplePrompt: '7' }],
  ])('%s', (text, settings) => expect(parseSetting(text)).toEqual(settings))

  it('adds to those given before; the last of one key counts', () => {
    expect(parseSetting('width=32', { width: 16, layers: 2 })).toEqual({ width: 32, layers: 2 })
  })

  it.each([
    'width',
    '=3',
    'width=',
    'width= ',
    'width=sixteen',
    'width=1.5',
    'width=0',
    'width=NaN',
    'width=Infinity',
    'norm=',
    'norm=LAYER',
    'positions=toString',
  ])('refuses %j', (text) => expect(() => parseSetting(text)).toThrow())
  it.each(['toString=1', '__proto__=1', 'constructor=1'])('knows no setting %s', (text) =>
    expect(() => parseSetting(text)).toThrow(/There is no setting/),
  )

  it('lists the choices where there are some', () => {
    expect(() => parseSetting('norm=batch')).toThrow(
      'There is no choice "batch": expected one of layer, rms, whitening, none.',
    )
  })

  it('gives values that the schema accepts, whatever is typed', () => {
    const keys = fc.constantFrom(...Object.keys(runConfigurationSchema.shape))
    const values = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
      fc.boolean().map(String),
      fc.constantFrom('rms', 'rotary', 'post', 'mean', 'silu'),
    )
    fc.assert(
      fc.property(keys, values, (key, value) => {
        let settings
        try {
          settings = parseSetting(`${key}=${value}`)
        } catch (error) {
          expect(error).toMatchObject({ code: 'commander.invalidArgument' })
          return
        }
        expect(runConfigurationSchema.partial().parse(settings)).toEqual(settings)
      }),
    )
  })
})

describe('isVariantFile', () => {
  it.each(['mine.json', './mine', 'folder/mine', 'C:\\mine', 'MINE.JSON'])('%s is a path', (text) =>
    expect(isVariantFile(text)).toBe(true),
  )
  it.each(['standard', 'l2-laplacian', 'json'])('%s is an id', (text) =>
    expect(isVariantFile(text)).toBe(false),
  )
})

describe('lists and numbers', () => {
  it('reads them', () => {
    expect(parseSeeds('0, 1,42')).toEqual([0, 1, 42])
    expect(parseList('a,b')).toEqual(['a', 'b'])
    expect(parseSteps('600')).toBe(600)
    expect(parsePort('0')).toBe(0)
  })

  it.each(['', ',', '0,', '1,x', '-1', '0.5', '2147483648'])('refuses the seeds %j', (text) =>
    expect(() => parseSeeds(text)).toThrow(),
  )
  it.each(['0', '-1', 'abc', '', '1e9'])('refuses %j steps', (text) =>
    expect(() => parseSteps(text)).toThrow(),
  )
  it.each(['-1', '65536', 'http'])('refuses the port %j', (text) => expect(() => parsePort(text)).toThrow())
})
