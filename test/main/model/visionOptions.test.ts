/** What a vision transformer does before and after its blocks: patches, class token, positions, pooling, head. */
import type * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import type { Device } from '../../../src/main/engine/program.ts'
import { parameterCount } from '../../../src/main/model/parameters.ts'
import { visionTransformer, type VisionConfiguration } from '../../../src/main/model/visionTransformer.ts'
import { standardAxes } from '../../../src/shared/attention.ts'
import { compute, devices, relativeDifference, wave, type Given } from '../../support/devices.ts'
import { neutralBlock } from '../../support/goldenTraining.ts'

const small: VisionConfiguration = {
  ...neutralBlock,
  layers: 1,
  heads: 2,
  width: 4,
  mlpRatio: 2,
  biases: true,
  imageHeight: 4,
  imageWidth: 6,
  channels: 2,
  patchSize: 2,
  pooling: 'class-token',
  classes: 3,
}
const images = wave([2, 4, 6, 2])
const half = images.numbers.length / 4
/** The upper and lower halves of the first image exchanged. */
const swapped: Given = {
  ...images,
  numbers: Array.from(images.numbers, (_, index) =>
    index < 2 * half ? images.numbers[(index + half) % (2 * half)]! : images.numbers[index]!,
  ),
}

const weightsOf = (configuration: VisionConfiguration, scale = 0.5): Record<string, Given> =>
  Object.fromEntries(
    visionTransformer(configuration, standardAxes).parameters.map(({ name, shape }, phase) => [
      name,
      wave(shape, phase, scale),
    ]),
  )

async function logitsOf(
  device: Device,
  configuration: VisionConfiguration,
  given: Given = images,
  scale?: number,
): Promise<number[]> {
  const model = visionTransformer(configuration, standardAxes)
  const { logits } = await compute(
    device,
    { ...weightsOf(configuration, scale), images: given },
    ({ images, ...weights }) => ({ logits: model.forward(weights, images as tf.Tensor4D).logits }),
  )
  return Array.from(logits!)
}

/** The logits of one image in plain loops, for blocks that leave their input as it is. */
function plainLogits(configuration: VisionConfiguration, image: number): number[] {
  const { imageHeight, imageWidth, channels, patchSize, width, pooling, positions } = configuration
  const weights = weightsOf(configuration)
  const at = (name: string, index: number) => weights[name]!.numbers[index]!
  const map = (name: string, x: number[], columns: number): number[] =>
    Array.from(
      { length: columns },
      (_, o) =>
        at(`${name}.bias`, o) + x.reduce((s, v, i) => s + v * at(`${name}.weight`, i * columns + o), 0),
    )
  const pixel = (row: number, column: number, channel: number): number =>
    images.numbers[((image * imageHeight + row) * imageWidth + column) * channels + channel]!

  const tokens: number[][] = []
  if (pooling === 'class-token') tokens.push(Array.from({ length: width }, (_, i) => at('classToken', i)))
  for (let top = 0; top < imageHeight; top += patchSize)
    for (let left = 0; left < imageWidth; left += patchSize) {
      const values: number[] = []
      for (let row = top; row < top + patchSize; row++)
        for (let column = left; column < left + patchSize; column++)
          for (let channel = 0; channel < channels; channel++) values.push(pixel(row, column, channel))
      tokens.push(map('patchEmbedding', values, width))
    }
  const placed = tokens.map((token, t) =>
    token.map((value, i) =>
      positions === 'learned' ? value + at('positionEmbedding', t * width + i) : value,
    ),
  )
  const normalised = placed.map((token) => {
    const mean = token.reduce((a, b) => a + b) / width
    const variance = token.reduce((s, value) => s + (value - mean) ** 2, 0) / width
    return token.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * at('finalNorm.scale', i) + at('finalNorm.bias', i),
    )
  })
  const summary =
    pooling === 'class-token'
      ? normalised[0]!
      : normalised[0]!.map((_, i) => normalised.reduce((s, token) => s + token[i]!, 0) / normalised.length)
  return map('head.output', map('head.hidden', summary, width).map(Math.tanh), configuration.classes)
}

const poolings = ['class-token', 'mean'] as const

describe.each(devices)('a vision transformer on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(
    poolings.flatMap((pooling) =>
      (['learned', 'none'] as const).map((positions) => ({ pooling, positions })),
    ),
  )('pooling $pooling, positions $positions: cuts, places and pools as plain loops do', async (choice) => {
    const configuration = { ...small, ...choice, stepSize: 0 } // blocks add nothing
    const expected = [0, 1].flatMap((image) => plainLogits(configuration, image))
    expect(relativeDifference(await logitsOf(device, configuration), expected)).toBeLessThan(1e-5)
  })
})

describe('a vision transformer', () => {
  it.each(poolings)('pooling %s: without positions the order of patches does not matter', async (pooling) => {
    const configuration = { ...small, pooling, positions: 'none' as const }
    const before = await logitsOf(openCpu(2), configuration)
    const after = await logitsOf(openCpu(2), configuration, swapped)
    expect(relativeDifference(after, before)).toBeLessThan(1e-5)
  })

  it.each(['sinusoidal', 'rotary', 'learned'] as const)('positions %s: it does', async (positions) => {
    const before = await logitsOf(openCpu(2), { ...small, positions }, images, 1)
    const after = await logitsOf(openCpu(2), { ...small, positions }, swapped, 1)
    expect(relativeDifference(after, before)).toBeGreaterThan(1e-4)
  })

  it('has no class token and no place for it where it pools the mean', () => {
    const [token, mean] = poolings.map((pooling) => visionTransformer({ ...small, pooling }, standardAxes))
    expect(token!.tokens).toBe(7)
    expect(mean!.tokens).toBe(6)
    expect(parameterCount(token!.parameters) - parameterCount(mean!.parameters)).toBe(4 + 4)
  })

  it('refuses patches that do not fill its images', () => {
    expect(() => visionTransformer({ ...small, imageWidth: 7 }, standardAxes)).toThrow(
      /4 × 7 pixels cannot be cut into patches of 2 × 2/,
    )
  })
})
