/** sample and predict: trained models asked from a terminal. */
import fs from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { predictionSchema, sampledTextSchema } from '../../../../src/shared/contract.ts'
import { smallImages } from '../../../support/images.ts'
import { runCli, runJson, startCli, temporaryFolder, tiny } from './cli.ts'

const home = temporaryFolder()
const folder = temporaryFolder()
const text = path.join(folder, 'text.txt')
fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(200))
const sampling = ['sampleInterval=10', 'sampleTokens=30'].flatMap((setting) => ['--set', setting])

async function trained(...parameters: string[]): Promise<string> {
  const { document } = await runJson(home, 'train', '--attention', 'standard', '--steps', '20', ...parameters)
  return document.run.id as string
}

/** A dataset of images in the library of the home. */
async function imagesInLibrary(): Promise<string> {
  const data = await smallImages()
  await runCli(home, 'datasets') // makes the home
  fs.cpSync(data.datasetFolder, path.join(home, 'library', data.dataset.id), { recursive: true })
  await data.remove()
  return data.dataset.id
}

let language: string
let vision: string
beforeAll(async () => {
  language = await trained('--dataset', text, ...tiny, ...sampling)
  const small = ['layers=1', 'heads=2', 'width=16', 'batchSize=10', 'patchSize=4', 'shiftPixels=0']
  vision = await trained(
    ...['--dataset', await imagesInLibrary(), '--recipe', 'vit-mnist'],
    ...small.flatMap((setting) => ['--set', setting]),
  )
})

describe('sample', () => {
  it('prints the prompt and the text, and nothing else, as the JSON document has them', async () => {
    const wanted = ['sample', language, '--prompt', 'To be', '--tokens', '25', '--seed', '3', '--top-k', '5']
    const { code, stderr, document } = await runJson(home, ...wanted)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.keys(document as object)).toEqual(['sample'])
    const sample = sampledTextSchema.strict().parse(document.sample)
    expect(sample).toMatchObject({ run: language, checkpoint: 'best', prompt: 'To be', seed: 3, topK: 5 })
    expect(sample.text).toHaveLength(25)
    const printed = await runCli(home, ...wanted)
    expect(printed).toEqual({ code: 0, stdout: `To be${sample.text}\n`, stderr: '' })
  })

  it('repeats at the last checkpoint what the run sampled at its last step, where nothing is named', async () => {
    const { document } = await runJson(home, 'sample', language, '--checkpoint', 'last')
    const { document: shown } = await runJson(home, 'show', language)
    const { configuration, samples } = shown as {
      configuration: { samplePrompt: string }
      samples: { step: number; prompt: string; text: string }[]
    }
    expect(samples.map(({ step }) => step)).toEqual([10, 20])
    expect(document.sample).toMatchObject({
      step: 20,
      text: samples[1]!.text,
      prompt: configuration.samplePrompt,
    })
  })

  it('is ended by Ctrl-C in the middle of a text', async () => {
    const running = startCli(home, ['sample', language, '--tokens', '100000'])
    await running.hears('stdout', /[a-z]{3}/)
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
  })

  it.each([
    ['a run that does not exist', () => ['nothing'], 'unknown-run'],
    ['a run on images', () => [vision], 'wrong-kind'],
    ['a prompt that the model cannot read', () => [language, '--prompt', '100 %'], 'invalid-request'],
  ])('refuses %s', async (_, parameters, error) => {
    const { code, document } = await runJson(home, 'sample', ...parameters())
    expect({ code, error: document.error.code as string }).toEqual({ code: 1, error })
  })

  it('refuses numbers that make no sense as bad usage', async () => {
    for (const bad of [
      ['--temperature', '-1'],
      ['--top-k', '1.5'],
      ['--tokens', '0'],
      ['--prompt', ''],
    ])
      expect((await runCli(home, 'sample', language, ...bad)).code).toBe(2)
  })
})

describe('predict', () => {
  it('measures the validation split, with a table of classes and the confusion matrix', async () => {
    const { code, stderr, document } = await runJson(home, 'predict', vision)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { validation } = predictionSchema.parse({ ...document, predictions: [], labelled: null })
    expect(validation!.classNames).toEqual(['second', 'third', 'fourth'])
    const images = validation!.counts.map((row) => row.reduce((sum, count) => sum + count))
    expect(images).toEqual([10, 10, 10])
    const right = validation!.counts.reduce((sum, row, label) => sum + row[label]!, 0)
    expect(validation!.accuracy).toBeCloseTo(right / 30, 12)

    const { stdout } = await runCli(home, 'predict', vision)
    expect(stdout).toMatch(/accuracy +\d+\.\d % of 30 validation images/)
    expect(stdout).toMatch(/class +images +predicted +right +recall +precision\nsecond +10 /)
    expect(stdout).toMatch(
      /confusion: rows are classes, columns what was predicted\n +second +third +fourth\n/,
    )
  })

  it('gives every named file its class', async () => {
    const file = path.join(folder, 'white.png')
    await sharp({ create: { width: 20, height: 20, channels: 3, background: 'white' } })
      .png()
      .toFile(file)
    const { code, document } = await runJson(home, 'predict', vision, file, file)
    expect(code).toBe(0)
    const { predictions } = predictionSchema.parse({ ...document, validation: null })
    expect(predictions.map((prediction) => prediction.path)).toEqual([file, file])
    expect(predictions[0]).toEqual(predictions[1])
    const { stdout } = await runCli(home, 'predict', vision, file)
    expect(stdout).toMatch(/image +class +second +third\n\S+white\.png +(second|third|fourth) \d+\.\d % /)
  })

  it('tells how many are right where folders name the classes', async () => {
    const own = path.join(folder, 'mine')
    for (const [name, background] of [
      ['third', 'white'],
      ['fourth', 'black'],
    ] as const) {
      fs.mkdirSync(path.join(own, name), { recursive: true })
      await sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toFile(path.join(own, name, '1.png'))
    }
    const { document } = await runJson(home, 'predict', vision, own)
    const { predictions, labelled } = predictionSchema.parse({ ...document, validation: null })
    const right = predictions.filter((prediction) => prediction.class === prediction.label)
    expect(predictions.map(({ label }) => label)).toEqual(['fourth', 'third'])
    expect(labelled!.accuracy).toBe(right.length / 2)
    const { stdout } = await runCli(home, 'predict', vision, own, path.join(own, 'third', '1.png'))
    expect(stdout).toMatch(/accuracy +\d+\.\d % of 2 labelled images/)
    expect(stdout).toMatch(/image +class +second +third\n\S+1\.png +(second|third|fourth) /)
  })

  it.each([
    ['a run on text', () => [language], 'wrong-kind'],
    ['a file that is no image', () => [vision, text], 'unsupported-format'],
  ])('refuses %s', async (_, parameters, error) => {
    const { code, document } = await runJson(home, 'predict', ...parameters())
    expect({ code, error: document.error.code as string }).toEqual({ code: 1, error })
  })
})

it('both say that the dataset of a run is gone, or that it has no checkpoint yet', async () => {
  const lonely = temporaryFolder()
  fs.cpSync(home, lonely, { recursive: true })
  fs.rmSync(path.join(lonely, 'runs', language), { recursive: true })
  const { document: bare } = await runJson(lonely, 'sample', language)
  expect(bare.error.code).toBe('no-checkpoint')
  for (const { id } of (await runJson(lonely, 'datasets')).document as { id: string }[])
    await runCli(lonely, 'dataset', 'remove', id)
  for (const asked of [
    ['sample', language],
    ['predict', vision],
  ]) {
    const { code, document } = await runJson(lonely, ...asked)
    expect({ code, error: document.error.code as string }).toEqual({ code: 1, error: 'unknown-dataset' })
  }
})
