import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupByName, stemOf } from '../../../../src/main/datasets/importers/idx/names.ts'

const file = (name: string) => ({ name })
const group = (images: string[], labels: string[]) =>
  groupByName(images.map(file), labels.map(file)).map(({ name, pairs, hasSplit }) => ({
    name,
    hasSplit,
    pairs: pairs.map((pair) => [pair.images?.name, pair.labels?.name]),
  }))

describe('stemOf', () => {
  it.each([
    ['train-images-idx3-ubyte', 'train'],
    ['train-images-idx3-ubyte.gz', 'train'],
    ['train-images.idx3-ubyte', 'train'],
    ['t10k-labels-idx1-ubyte.gz', 't10k'],
    ['emnist-letters-test-images-idx3-ubyte', 'emnist-letters-test'],
    ['MNIST/raw/train-labels-idx1-ubyte', 'MNIST/raw/train'],
    ['C:\\data\\train_images.idx', 'C:/data/train'],
    ['images', ''],
  ])('of %s is %s', (name, stem) => expect(stemOf(name)).toBe(stem))
})

describe('groupByName', () => {
  it('makes one dataset of a training and a test pair', () => {
    expect(
      group(
        ['d/t10k-images-idx3-ubyte', 'd/train-images-idx3-ubyte.gz'],
        ['d/train-labels-idx1-ubyte', 'd/t10k-labels-idx1-ubyte'],
      ),
    ).toEqual([
      {
        name: 'd',
        hasSplit: true,
        pairs: [
          ['d/train-images-idx3-ubyte.gz', 'd/train-labels-idx1-ubyte'],
          ['d/t10k-images-idx3-ubyte', 'd/t10k-labels-idx1-ubyte'],
        ],
      },
    ])
  })

  it('keeps datasets of different names and folders apart', () => {
    const parts = ['a-train', 'a-test', 'b-train', 'b-test', 'sub/a-train']
    const found = group(
      parts.map((part) => `${part}-images-idx3-ubyte`),
      parts.map((part) => `${part}-labels-idx1-ubyte`),
    )
    expect(found.map(({ name, hasSplit }) => [name, hasSplit])).toEqual([
      ['a', true],
      ['b', true],
      ['a-train', false],
    ])
  })

  it('pairs two files alone, whatever they are called', () => {
    expect(group(['digits.bin'], ['answers.bin'])).toEqual([
      { name: 'digits.bin', hasSplit: false, pairs: [['digits.bin', 'answers.bin']] },
    ])
  })

  it('leaves a pair without what was not there', () => {
    expect(group(['a-images', 'b-images'], ['b-labels'])).toEqual([
      { name: 'a', hasSplit: false, pairs: [['a-images', undefined]] },
      { name: 'b', hasSplit: false, pairs: [['b-images', 'b-labels']] },
    ])
  })

  it('puts every file into exactly one group', () => {
    const word = fc.constantFrom('train', 'test', 't10k', 'images', 'labels', 'x', '.gz', 'val')
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-'))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.array(name, { maxLength: 8 }), (images, labels) => {
        const grouped = group(images, labels).flatMap(({ pairs }) => pairs.flat())
        const found = grouped.filter((one) => one !== undefined)
        expect(found.toSorted()).toEqual([...images, ...labels].toSorted())
      }),
      { examples: [[[], ['t10k-test-labels', 'train-train', 'test-train-.gz']]] },
    )
  })
})
