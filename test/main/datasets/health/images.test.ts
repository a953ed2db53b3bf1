/** Identical images, on splits in which they were planted; and by definition, on any. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findIdentical } from '../../../../src/main/datasets/health/identical.ts'
import { imageFindings } from '../../../../src/main/datasets/health/imageFindings.ts'
import { originalSizes } from '../../../../src/main/datasets/importers/classFolders/originals.ts'
import type { ImageDataset } from '../../../../src/shared/experiment.ts'
import { imagesOf } from './readers.ts'

const image = (value: number, label = 0) => ({ pixels: [value, 0, 255, value], label })

describe('findIdentical', () => {
  it('finds what was planted: across splits, within them, of two classes, of one colour', async () => {
    const train = imagesOf([image(1), image(2), image(2), image(3, 0), { pixels: [9, 9, 9, 9], label: 1 }])
    const validation = imagesOf([image(2), image(3, 1), image(5), image(5)])
    const identical = await findIdentical({ train, validation })
    expect(identical).toMatchObject({
      examined: 9,
      examinedValidation: 4,
      acrossSplits: 2,
      withinTrain: 1,
      withinValidation: 1,
      conflicting: 2,
      constant: 1,
    })
    // of another class first, then in both splits
    expect(identical.examples.map((group) => group.map(({ split, index }) => `${split} ${index}`))).toEqual([
      ['train 3', 'validation 1'],
      ['train 1', 'train 2', 'validation 0'],
      ['validation 2', 'validation 3'],
    ])
  })

  it('examines the beginning of both splits where there are very many', async () => {
    const many = imagesOf(Array.from({ length: 8 }, () => image(1)))
    expect(await findIdentical({ train: many, validation: imagesOf([image(1), image(1)]) }, 5)).toMatchObject(
      {
        examined: 5,
        examinedValidation: 1,
        acrossSplits: 1,
        withinTrain: 3,
      },
    )
  })

  it('counts as its words say, in any splits', async () => {
    const images = fc.array(fc.record({ value: fc.nat(4), label: fc.nat(2) }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(images, images, async (train, validation) => {
        const read = (part: typeof train) => imagesOf(part.map(({ value, label }) => image(value, label)))
        const identical = await findIdentical({ train: read(train), validation: read(validation) })
        const all = [...train, ...validation]
        expect(identical.acrossSplits).toBe(
          validation.filter(({ value }) => train.some((other) => other.value === value)).length,
        )
        expect(identical.conflicting).toBe(
          all.filter(({ value, label }) => all.some((one) => one.value === value && one.label !== label))
            .length,
        )
        expect(identical.withinTrain).toBe(train.length - new Set(train.map(({ value }) => value)).size)
        expect(identical.withinValidation).toBe(
          validation.length - new Set(validation.map(({ value }) => value)).size,
        )
      }),
    )
  })
})

const nothing = {
  ...{ examined: 1100, examinedValidation: 100, acrossSplits: 0, withinTrain: 0, withinValidation: 0 },
  ...{ conflicting: 0, constant: 0, examples: [] },
}
const dataset = (changes: Partial<ImageDataset>): ImageDataset => ({
  ...{ id: 'aaaaaaaaaaaa', name: 'animals', sha256: 'a', bytes: 1, importedAt: '2026-01-01T00:00:00.000Z' },
  ...{ kind: 'images', train: 1000, validation: 300, classes: 2, classNames: ['cat', 'dog'] },
  ...{ height: 8, width: 8, channels: 1, trainPerClass: [500, 500], validationPerClass: [150, 150] },
  ...changes,
})
const codesOf = (changes: Partial<ImageDataset>, identical: Partial<typeof nothing> = {}) =>
  imageFindings(dataset(changes), { ...nothing, ...identical, examined: 1300 }).map(
    ({ code, severity }) => `${severity} ${code}`,
  )

describe('imageFindings', () => {
  it('has nothing to say of even classes without copies', () => {
    expect(codesOf({})).toEqual([])
  })

  it.each<[string, Partial<ImageDataset>, string[]]>([
    ['a class without training images', { trainPerClass: [1000, 0] }, ['warning class-without-training']],
    ['a class that is not measured', { validationPerClass: [300, 0] }, ['warning class-without-validation']],
    ['uneven classes', { trainPerClass: [800, 200] }, ['info uneven-classes']],
    ['very uneven classes', { trainPerClass: [950, 50] }, ['warning uneven-classes']],
    ['few validation images', { validation: 100 }, ['warning small-validation']],
    ['files that were left out', { notes: ['2 files were left out.'] }, ['warning import-note']],
    [
      'files that were enlarged',
      { originals: originalSizes([{ width: 4, height: 9 }], { width: 8, height: 8 }) },
      ['info enlarged-images'],
    ],
  ])('tells of %s', (_, changes, codes) => {
    expect(codesOf(changes)).toEqual(codes)
  })

  it('puts warnings first, in whole sentences with the numbers', () => {
    const findings = imageFindings(dataset({ trainPerClass: [800, 200] }), {
      ...nothing,
      examined: 1300,
      acrossSplits: 10,
      conflicting: 1,
    })
    expect(findings.map(({ code }) => code)).toEqual([
      'validation-in-training',
      'conflicting-labels',
      'uneven-classes',
    ])
    expect(findings[0]!.message).toBe(
      '10 validation images (10.0 %) are training images too, pixel by pixel.',
    )
    expect(findings[1]!.message).toBe('1 image has an identical one of another class.')
    for (const { message, advice } of findings) {
      expect(message).toMatch(/^[A-Z0-9].*\.$/)
      expect(advice).toMatch(/^[A-Z].*\.$/)
    }
  })
})

describe('originalSizes', () => {
  it('counts sizes, and what was enlarged or reduced', () => {
    const sizes = [
      { width: 8, height: 8 },
      { width: 20, height: 10 },
      { width: 20, height: 10 },
      { width: 4, height: 12 },
    ]
    expect(originalSizes(sizes, { width: 8, height: 8 })).toEqual({
      images: 4,
      smaller: 1,
      larger: 2,
      distinct: 3,
      common: [
        { width: 20, height: 10, images: 2 },
        { width: 4, height: 12, images: 1 },
        { width: 8, height: 8, images: 1 },
      ],
      width: { smallest: 4, median: 20, largest: 20 },
      height: { smallest: 8, median: 10, largest: 12 },
    })
  })
})
