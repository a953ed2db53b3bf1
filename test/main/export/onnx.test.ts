/** ONNX files of tiny models, loaded by ONNX Runtime alone, against what the trainer's own device computes. */
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import type { Program } from '../../../src/main/engine/program.ts'
import {
  imageFile,
  imageLogitsProgram,
  languageFile,
  logitsProgram,
} from '../../../src/main/export/weights/onnx.ts'
import { languageModel } from '../../../src/main/model/transformer.ts'
import { visionTransformer } from '../../../src/main/model/visionTransformer.ts'
import { normalise } from '../../../src/main/training/feed/normalisation.ts'
import type { HostTensors } from '../../../src/main/training/safetensors.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { blockOptions, modelWith, smallModel } from '../../support/blockOptions.ts'
import { fieldsOf, textOf } from '../../support/protobufWire.ts'
import { alive } from '../../support/weights.ts'

/** What the trainer's CPU device computes. */
async function computed(program: Program, weights: HostTensors, input: Int32Array | Float32Array) {
  const device = openCpu(1)
  const compiled = await device.compile(program)
  const { logits } = await compiled.run(device.createState(weights), { input })
  await compiled.release()
  return Array.from(logits!)
}

/** A fresh session with nothing but what the file holds. */
async function loaded(bytes: Uint8Array) {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'disabled', // no operator of another domain is put in
    intraOpNumThreads: 1,
  })
  return session
}

const tokensOf = (count: number, vocabulary: number) =>
  Int32Array.from({ length: count }, (_, index) => (index * index + 3 * index) % vocabulary)

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index]!)))
}

async function checkLanguage(configuration: typeof smallModel, axes: typeof standardAxes): Promise<void> {
  const { context, vocabulary } = configuration
  const model = languageModel(configuration, axes)
  const weights = alive(model)
  const session = await loaded(languageFile(model, weights, context, { run: 'tiny' }))
  // sizes that none of the traces had, the shortest and the longest among them
  for (const [batch, tokens] of [
    [1, 1],
    [4, 4],
    [1, context],
  ] as const) {
    const ids = tokensOf(batch * tokens, vocabulary)
    const { logits } = await session.run({
      tokens: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [batch, tokens]),
    })
    expect(logits!.dims).toEqual([batch, tokens, vocabulary])
    const expected = await computed(logitsProgram(model, { batch, tokens }), weights, ids)
    expect(largestDifference(logits!.data as Float32Array, expected), `${batch} × ${tokens}`).toBeLessThan(
      1e-4,
    )
  }
  await session.release()
}

describe('a language model as ONNX', () => {
  const configuration = { ...smallModel, layers: 1, context: 11 }
  const causal = variants.filter(({ futureLeak }) => futureLeak === null)
  it.each(causal.map(({ id, axes }) => [id, axes] as const))('%s', async (_, axes) => {
    await checkLanguage({ ...configuration, ...axes.block } as typeof smallModel, axes)
  })

  it.each(Object.keys(blockOptions))('%s', async (name) => {
    await checkLanguage({ ...modelWith(name), context: 9 }, standardAxes)
  })
})

describe('a vision transformer as ONNX', () => {
  const image = { height: 4, width: 6, channels: 3 }
  const normalisation = { gains: [1 / 60, 1 / 50, 1 / 70], offsets: [-2, -1.5, -1] }
  const sizes = { imageHeight: 4, imageWidth: 6, channels: 3, classes: 5, patchSize: 2 }

  async function checkImages(pooling: 'class-token' | 'mean', axes: typeof standardAxes): Promise<void> {
    const model = visionTransformer(
      { ...smallModel, layers: 1, ...sizes, pooling, ...axes.block } as never,
      axes,
    )
    const weights = alive(model)
    const session = await loaded(imageFile(model, weights, image, normalisation, { run: 'tiny' }))
    for (const batch of [1, 4]) {
      const count = batch * image.height * image.width * image.channels
      const pixels = Uint8Array.from({ length: count }, (_, index) => (index * 37) % 256)
      const normalised = new Float32Array(count)
      normalise(pixels, normalised, normalisation)
      const images = new ort.Tensor('uint8', pixels, [batch, image.height, image.width, image.channels])
      const { logits } = await session.run({ images })
      expect(logits!.dims).toEqual([batch, sizes.classes])
      const expected = await computed(imageLogitsProgram(model, image, { batch }), weights, normalised)
      expect(largestDifference(logits!.data as Float32Array, expected)).toBeLessThan(1e-4)
    }
    await session.release()
  }

  it.each(variants.map(({ id, axes }) => [id, axes] as const))('%s', (_, axes) =>
    checkImages('class-token', axes),
  )
  it('the mean over patches', () => checkImages('mean', standardAxes))
})

describe('the file', () => {
  it('says its inputs, its outputs, its operators and where it is from', async () => {
    const model = languageModel({ ...smallModel, context: 9 }, standardAxes)
    const bytes = languageFile(model, alive(model), 9, { run: 'tiny', attention: 'standard' })
    const session = await loaded(bytes)
    expect(session.inputMetadata).toEqual([
      { name: 'tokens', isTensor: true, type: 'int64', shape: ['batch', 'sequence'] },
    ])
    expect(session.outputMetadata).toEqual([
      { name: 'logits', isTensor: true, type: 'float32', shape: ['batch', 'sequence', 7] },
    ])
    await session.release()

    const file = fieldsOf(bytes) // field numbers of onnx.proto
    const parts = (number: number) => file.get(number)!.map((field) => fieldsOf(field as Uint8Array))
    expect(parts(8).map((opset) => [opset.get(1) ?? '', opset.get(2)])).toEqual([['', [18n]]])
    expect(parts(14).map((entry) => [textOf(entry.get(1)![0]), textOf(entry.get(2)![0])])).toEqual([
      ['run', 'tiny'],
      ['attention', 'standard'],
    ])
    const nodes = parts(7)[0]!
      .get(1)!
      .map((node) => fieldsOf(node as Uint8Array))
    expect(nodes.length).toBeGreaterThan(20)
    for (const node of nodes) expect(textOf(node.get(7)?.[0] ?? new Uint8Array())).toBe('')
  })
})
