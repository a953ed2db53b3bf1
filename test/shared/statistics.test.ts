import { describe, expect, it } from 'vitest'
import { statistics } from '../../src/shared/catalogue/statistics.ts'
import { chosenStatistics, measurementSchema } from '../../src/shared/statistics.ts'

const ids = (selection: string) => chosenStatistics(selection).chosen.map(({ id }) => id)
const light = statistics.filter(({ profile }) => profile === 'light').map(({ id }) => id)
const [first, last] = [statistics[0]!.id, statistics.at(-1)!.id]
const onlyFull = statistics.find(({ profile }) => profile === 'full')!.id

describe('chosenStatistics', () => {
  it('takes a profile by its name', () => {
    expect(chosenStatistics('none')).toEqual({ chosen: [], unknown: [] })
    expect(ids('full')).toEqual(statistics.map(({ id }) => id))
    expect(ids('light')).toEqual(light)
    expect(light.length).toBeGreaterThan(0)
    expect(light.length).toBeLessThan(statistics.length)
  })

  it('takes ids, once each and in the order of the catalogue, also beside a profile', () => {
    expect(ids(`${last}, ${first},${last}`)).toEqual([first, last])
    expect(ids(`light,${onlyFull}`).toSorted()).toEqual([...light, onlyFull].toSorted())
  })

  it('names what there is not', () => {
    expect(chosenStatistics(`${first}, lite,,${first}x`)).toMatchObject({
      unknown: ['lite', '', `${first}x`],
    })
  })
})

describe('measurementSchema', () => {
  const measurement = { step: 0, layer: null, tap: 'hook_embed', head: null, statistic: first, value: null }

  it('lets values be undefined and places belong to no layer or head, and nothing else be missing', () => {
    expect(measurementSchema.parse(measurement)).toEqual(measurement)
    expect(measurementSchema.safeParse({ ...measurement, layer: -1 }).success).toBe(false)
    expect(measurementSchema.safeParse({ ...measurement, value: NaN }).success).toBe(false)
    for (const key of Object.keys(measurement))
      expect(measurementSchema.safeParse({ ...measurement, [key]: undefined }).success, key).toBe(false)
  })
})
