import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLibrary } from '../../../src/main/datasets/library.ts'
import { createDerivations } from '../../../src/main/workbench/derivations.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { derivationSchema } from '../../../src/shared/derivation.ts'
import { smallDataset } from '../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'

let images: SmallImages
beforeAll(async () => {
  images = await smallImages()
})
afterAll(() => images.remove())

const open = () => createDerivations({ library: openLibrary(images.folder), variants: () => variants })
const points = { kind: 'points', shape: 'ring' } as const

describe('derivations', () => {
  it('of images: a token each, labelled by its class', async () => {
    const derived = await open().derive({
      attentions: ['laplacian'],
      source: { kind: 'images', dataset: images.dataset.id, width: 8 },
      ...{ count: 60, steps: 2 },
    })
    expect(derivationSchema.parse(derived)).toEqual(derived)
    expect(derived).toMatchObject({ classNames: ['second', 'third', 'fourth'], settings: { scale: 1 } })
    expect(derived.labels).toHaveLength(60)
    expect(new Set(derived.items).size).toBe(60)
    const [{ steps }] = derived.derivation as [(typeof derived.derivation)[number]]
    expect(steps[0]!.positions).toHaveLength(60)
    expect(steps[0]!.labelPurity).toBeGreaterThan(0)
    expect(steps[1]!.insideHull).toBe(1)
  })

  it('give the same numbers again', async () => {
    const derive = () => open().derive({ attentions: ['standard'], source: points, count: 20, steps: 2 })
    expect(await derive()).toEqual(await derive())
  })

  it('refuse what is not there, and what cannot be', async () => {
    const derive = (attention: string, dataset?: string) =>
      open().derive({
        attentions: [attention],
        source: dataset === undefined ? points : { kind: 'images', dataset },
      })
    await expect(derive('standrd')).rejects.toMatchObject({ code: 'unknown-attention' })
    await expect(derive('standard', 'nothing')).rejects.toMatchObject({ code: 'unknown-dataset' })
    await expect(derive('standard', images.dataset.id)).rejects.toThrow(/90 training images, and 200/)
    await expect(derive('differential')).rejects.toMatchObject({ code: 'invalid-request' })
    const text = await smallDataset()
    const derivations = createDerivations({ library: text.library, variants: () => variants })
    const source = { kind: 'images' as const, dataset: text.dataset.id }
    await expect(derivations.derive({ attentions: ['standard'], source })).rejects.toMatchObject({
      code: 'wrong-kind',
    })
    await text.remove()
  })

  it('end when nobody waits for them any more, and when the workbench closes', async () => {
    const long = { attentions: ['standard'], source: points, count: 2000, steps: 64 }
    const gone = new AbortController()
    const abandoned = open().derive(long, gone.signal)
    gone.abort(new Error('gone'))
    await expect(abandoned).rejects.toThrow('gone')
    const several = open()
    const cancelled = several.derive({ ...long, request: 'one' })
    await expect(several.derive({ ...long, request: 'one' })).rejects.toThrow(/"one" is under way/)
    several.cancel('another')
    several.cancel('one')
    await expect(cancelled).rejects.toMatchObject({ code: 'interrupted' })
    const derivations = open()
    const closed = derivations.derive(long)
    derivations.close()
    await expect(closed).rejects.toMatchObject({ code: 'interrupted' })
  })
})
