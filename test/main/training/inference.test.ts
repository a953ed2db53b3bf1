/** Questions to the checkpoints of tiny models that were really trained: texts continued, images classified. */
import fs from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../../../src/main/datasets/images.ts'
import { answer } from '../../../src/main/training/inference/answer.ts'
import { ask } from '../../../src/main/training/inference/ask.ts'
import type { Question, WantedClasses, WantedText } from '../../../src/main/training/inference/messages.ts'
import type { TrainingTask } from '../../../src/main/training/messages.ts'
import { presetAxes } from '../../../src/shared/catalogue/variants.ts'
import type { Prediction, SampledText } from '../../../src/shared/contract.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'
import { checkpointFiles, newest, taskOf, trainHere, type Record } from '../../support/training.ts'

/** What a question about the run of `task` is, but for what is wanted. */
const about = (task: TrainingTask, checkpoint: 'best' | 'last' = 'last'): Omit<Question, 'wanted'> => ({
  run: 'run-1',
  configuration: task.configuration,
  axes: task.axes,
  dataset: task.dataset,
  datasetFolder: task.datasetFolder,
  checkpoint,
  checkpoints: task.checkpoints.folder,
  device: 'cpu',
  threads: task.threads,
})
const never = new AbortController().signal

describe('a language model', () => {
  const configuration = {
    ...tinyConfiguration,
    ...{ sampleInterval: 10, sampleTokens: 40, samplePrompt: 'the quick ', temperature: 0.8, topK: 5 },
  }
  const { sampleTokens: tokens, samplePrompt: prompt, temperature, topK } = configuration
  const asTrained: WantedText = { kind: 'text', prompt, tokens, temperature, topK, seed: 0 }
  let data: SmallDataset
  let task: TrainingTask
  let record: Record
  beforeAll(async () => {
    data = await smallDataset()
    task = taskOf(data, 'language', { configuration })
    record = (await trainHere(task, { stopAt: 12 })).record
    await trainHere(task, { record }) // two halves leave two checkpoints
  })
  afterAll(() => data.remove())

  const continued = (wanted: Partial<WantedText> = {}, checkpoint?: 'best' | 'last') =>
    answer(
      { ...about(task, checkpoint), wanted: { ...asTrained, ...wanted } },
      () => undefined,
    ) as Promise<SampledText>

  it('says at the last checkpoint what it said at the last step of its training, bit for bit', async () => {
    const { text } = record.samples.at(-1)!
    expect(text).toHaveLength(tokens)
    expect(await continued()).toEqual({
      ...{ run: 'run-1', checkpoint: 'last', step: 20, prompt, text, seed: 0, temperature, topK },
    })
    expect((await continued({ seed: 1 })).text).not.toBe(text)
  })

  it('answers with its best weights, and names their step', async () => {
    expect((await continued({}, 'best')).step).toBe(record.progress.bestValidation!.step)
  })

  it('answers from a process of its own as it does here, one token after the other', async () => {
    const heard: string[] = []
    const question = { ...about(task), wanted: { ...asTrained, temperature: 0 } }
    const answered = await ask(question, (text) => heard.push(text), never)
    expect(answered).toEqual(await continued({ temperature: 0 }))
    expect(heard).toHaveLength(tokens)
    expect(heard.join('')).toBe(answered.text)
  })

  it('is ended in the middle of a text by whoever asked', async () => {
    const abort = new AbortController()
    const question = { ...about(task), wanted: { ...asTrained, tokens: 100_000 } }
    const heard: string[] = []
    const asked = ask(
      question,
      (text) => {
        if (heard.push(text) === 3) abort.abort(new Error('enough'))
      },
      abort.signal,
    )
    await expect(asked).rejects.toThrow('enough')
    expect(heard).toHaveLength(3)
  })

  it('refuses a prompt with a character that it never saw, and an empty one', async () => {
    const refused = { code: 'invalid-request', message: expect.stringContaining('"%"') as string }
    await expect(continued({ prompt: 'the %' })).rejects.toMatchObject(refused)
    await expect(ask({ ...about(task), wanted: { ...asTrained, prompt: '%' } }, () => {}, never)).rejects.toMatchObject(refused) // prettier-ignore
    await expect(continued({ prompt: '' })).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('has no answer before its first checkpoint, nor from damaged ones', async () => {
    const empty = { ...about(task), checkpoints: path.join(data.folder, 'nowhere'), wanted: asTrained }
    await expect(answer(empty, () => {})).rejects.toMatchObject({ code: 'no-checkpoint' })
    const other = taskOf(data, 'damaged', { configuration })
    fs.cpSync(task.checkpoints.folder, other.checkpoints.folder, { recursive: true })
    fs.truncateSync(newest(other), 1000)
    const earlier = answer({ ...about(other), wanted: asTrained }, () => {}) as Promise<SampledText>
    expect((await earlier).step).toBeLessThan(20)
    for (const name of checkpointFiles(other))
      fs.truncateSync(path.join(other.checkpoints.folder, name), 1000)
    for (const checkpoint of ['best', 'last'] as const)
      await expect(
        answer({ ...about(other, checkpoint), wanted: asTrained }, () => {}),
      ).rejects.toMatchObject({
        code: 'no-checkpoint',
        message: expect.stringContaining('.safetensors: ') as string,
      })
  })

  it('is not mistaken for a model of another size', async () => {
    const wider = { ...about(task), configuration: { ...configuration, width: 32 }, wanted: asTrained }
    await expect(answer(wider, () => {})).rejects.toMatchObject({
      code: 'no-checkpoint',
      message: expect.stringContaining('tokenEmbedding') as string,
    })
  })
})

describe('a vision transformer', () => {
  const everything: WantedClasses = { kind: 'classes', images: [] }
  let data: SmallImages
  let task: TrainingTask
  let record: Record
  beforeAll(async () => {
    data = await smallImages()
    const { dataset, datasetFolder, folder } = data
    task = {
      configuration: { ...tinyConfiguration, patchSize: 4, steps: 60, batchSize: 10, evaluationInterval: 20 },
      ...{
        attention: 'standard',
        seed: 0,
        device: 'cpu',
        threads: 2,
        recordedStep: 0,
        dataset,
        datasetFolder,
      },
      axes: presetAxes('standard'),
      checkpoints: { folder: path.join(folder, 'checkpoints'), configuration: 'the hash', intervalMs: 0 },
    }
    record = (await trainHere(task)).record
  })
  afterAll(() => data.remove())

  const classified = (wanted: WantedClasses, checkpoint?: 'best' | 'last') =>
    answer({ ...about(task, checkpoint), wanted }, () => undefined) as Promise<Prediction>

  it('takes the validation split as its last evaluation did', async () => {
    const { predictions, validation, step } = await classified(everything)
    expect([predictions, step]).toEqual([[], 60])
    expect(validation).toEqual({
      loss: record.progress.lastValidation!.loss,
      accuracy: record.progress.lastValidation!.accuracy,
      classNames: data.dataset.classNames,
      counts: record.confusions.at(-1)!.counts,
    })
  })

  it('takes image files, from a process of its own, as it takes the same pixels of the split', async () => {
    const reader = openImages(data.datasetFolder, 'validation')
    const { length, height, width } = reader
    const items = Array.from({ length }, (_, item) => item)
    const labels = reader.labels(items)
    const images = []
    for (const item of items) {
      const pixels = new Uint8Array(height * width)
      reader.read([item], pixels)
      const file = path.join(data.folder, `${item}.png`)
      await sharp(pixels, { raw: { height, width, channels: 1 } })
        .png()
        .toFile(file)
      images.push({ path: file, name: `image ${item}` })
    }
    reader.close()
    const wanted = { kind: 'classes' as const, images }
    const { predictions, validation, labelled } = await ask({ ...about(task), wanted }, () => {}, never)
    expect([validation, labelled]).toEqual([null, null])
    expect(predictions.map((prediction) => prediction.path)).toEqual(images.map(({ name }) => name))
    const names = data.dataset.classNames
    const counts = names.map(() => names.map(() => 0))
    let loss = 0
    for (const [item, { class: predicted, probabilities }] of predictions.entries()) {
      expect(Object.keys(probabilities)).toEqual(names)
      expect(Object.values(probabilities).reduce((sum, share) => sum + share)).toBeCloseTo(1, 6)
      counts[labels[item]!]![names.indexOf(predicted)]!++
      loss -= Math.log(probabilities[names[labels[item]!]!]!) / length
    }
    const measured = (await classified(everything)).validation!
    expect(counts).toEqual(measured.counts)
    expect(loss).toBeCloseTo(measured.loss, 4)
  })

  it('measures images with labels as it measures the same images of the split', async () => {
    const reader = openImages(data.datasetFolder, 'validation')
    const { length, height, width } = reader
    const items = Array.from({ length }, (_, item) => item)
    const pixels = new Uint8Array(length * height * width)
    reader.read(items, pixels)
    const labels = reader.labels(items)
    reader.close()
    const folder = path.join(data.folder, 'mine')
    const names = data.dataset.classNames
    for (const item of items) {
      const own = path.join(folder, names[labels[item]!]!)
      fs.mkdirSync(own, { recursive: true })
      await sharp(pixels.subarray(item * height * width, (item + 1) * height * width), {
        raw: { height, width, channels: 1 },
      })
        .png()
        .toFile(path.join(own, `${item}.png`))
    }
    const measured = (await classified(everything)).validation!
    const { labelled, predictions, validation } = await classified({
      kind: 'classes',
      images: [{ path: folder, name: 'mine' }],
    })
    expect(validation).toBeNull()
    expect(labelled).toMatchObject({ accuracy: measured.accuracy, counts: measured.counts })
    expect(labelled!.loss).toBeCloseTo(measured.loss, 4)
    for (const { path: file, label } of predictions) expect(file).toMatch(`mine/${label}/`)
  })

  it('says which file is no image', async () => {
    const file = path.join(data.folder, 'notes.txt')
    fs.writeFileSync(file, 'not an image')
    await expect(
      classified({ kind: 'classes', images: [{ path: file, name: 'notes.txt' }] }),
    ).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('notes.txt') as string,
    })
  })
})
